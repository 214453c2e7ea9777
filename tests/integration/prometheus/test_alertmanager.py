"""Alertmanager's own tool on the example of its configuration: is it one, and who would be told of what?"""

import shutil
import subprocess

import pytest

from tests.architecture.source_files import ROOT
from tests.monitoring import ALERTS, rules_of

CONFIGURATION = ROOT / "deploy" / "alertmanager" / "alertmanager.yaml"
RECEIVERS = {"page": "pager", "ticket": "tickets", "heartbeat": "dead-mans-switch"}
TOLD = [(rule.name, rule.labels["severity"]) for rule in rules_of(ALERTS)]


@pytest.fixture(scope="module")
def amtool() -> str:
    program = shutil.which("amtool")
    if program is None:
        pytest.fail("The tests need amtool: run 'sh scripts/install_servers.sh'.")
    return program


def _said(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_a_configuration(amtool: str) -> None:
    assert "3 receivers" in _said(amtool, "check-config", CONFIGURATION)


@pytest.mark.parametrize(("alert", "severity"), TOLD)
def test_an_alert_reaches_who_is_there_for_its_severity(alert: str, severity: str, amtool: str) -> None:
    labels = (f"alertname={alert}", f"severity={severity}", "namespace=robots")

    told = _said(amtool, "config", "routes", "test", f"--config.file={CONFIGURATION}", *labels)

    assert told.split() == [RECEIVERS[severity]]


def test_what_somebody_else_calls_otherwise_is_not_lost(amtool: str) -> None:
    told = _said(amtool, "config", "routes", "test", f"--config.file={CONFIGURATION}", "severity=critical")

    assert told.split() == ["tickets"]


def test_prometheus_of_the_compose_file_reads_its_configuration() -> None:
    _said("promtool", "check", "config", "--syntax-only", ROOT / "deploy" / "compose" / "prometheus.yaml")
