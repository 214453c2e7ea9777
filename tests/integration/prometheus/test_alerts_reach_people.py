"""From the rules through Prometheus and Alertmanager themselves to whoever is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.private_postgres.ports import free_port
from infrastructure.private_postgres.processes import wait_until
from tests.servers.alertmanager_server import PrivateAlertmanager, private_alertmanager
from tests.servers.prometheus_server import private_prometheus

pytestmark = pytest.mark.servers
PATIENCE_SECONDS = 60.0
QUEUE = {"alertname": "EventsOverdue", "severity": "page", "namespace": "robots"}
BUDGET = {"alertname": "FreshnessBudgetBurns", "slo": "freshness", "namespace": "robots"}
CALLERS = {"alertname": "RequestsShed", "severity": "ticket", "namespace": "robots"}


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[PrivateAlertmanager]:
    with private_alertmanager(tmp_path / "alertmanager") as running:
        yield running


def test_each_severity_reaches_its_receiver_and_nobody_gets_a_ticket_for_what_woke_him(
    alertmanager: PrivateAlertmanager,
) -> None:
    alertmanager.raise_alerts(
        QUEUE, CALLERS, BUDGET | {"severity": "ticket"}, BUDGET | {"severity": "page"}, {"alertname": "Unknown"}
    )

    assert wait_until(lambda: len(alertmanager.told) >= 4, seconds=PATIENCE_SECONDS), alertmanager.told
    assert sorted((receiver, labels["alertname"]) for receiver, labels in alertmanager.told) == [
        ("pager", "EventsOverdue"),
        ("pager", "FreshnessBudgetBurns"),
        ("tickets", "RequestsShed"),
        ("tickets", "Unknown"),
    ]


def test_while_all_of_it_works_the_dead_mans_switch_hears_of_it_though_no_process_runs(
    alertmanager: PrivateAlertmanager, tmp_path: Path
) -> None:
    nobody = {"serve": free_port(), "consume": free_port()}

    with private_prometheus(tmp_path / "prometheus", nobody, {}, alertmanager=alertmanager.address):
        assert wait_until(lambda: bool(alertmanager.told), seconds=PATIENCE_SECONDS)

    receiver, labels = alertmanager.told[0]
    assert (receiver, labels["alertname"], labels["severity"]) == ("dead-mans-switch", "Watchdog", "heartbeat")
