"""Prometheus itself looks at `serve` and `consume`, and is asked everything that rules, alerts and dashboards ask."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from infrastructure.private_postgres.processes import wait_until
from tests.architecture.source_files import ROOT
from tests.end_to_end.runbooks.stack import HEADERS, FaultedStack
from tests.end_to_end.runbooks.start import faulted_stack
from tests.monitoring import ALERTS, RULES, PanelQuery, Rule, Selector, panel_queries, rules_of, selectors
from tests.servers.directories import open_directory
from tests.servers.prometheus_server import PrivatePrometheus, private_prometheus

pytestmark = pytest.mark.servers
NAMESPACE = {"namespace": "robots"}
PATIENCE_SECONDS = 60.0
RECORDED, TOLD = rules_of(RULES), rules_of(ALERTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    stack: FaultedStack
    prometheus: PrivatePrometheus

    def wait_for(self, query: str) -> None:
        assert wait_until(lambda: bool(self.prometheus.query(query)), seconds=PATIENCE_SECONDS), query


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """With traffic of every kind before the first look and after it: a rate needs both."""
    with open_directory() as directory, faulted_stack(directory) as stack:
        targets = {"serve": stack.service.port, "consume": int(stack.settings["METRICS_PORT"])}
        assert stack.program.run("catalogue", "import", str(ROOT / "examples" / "catalogue.yaml")).code == 0
        with private_prometheus(directory / "prometheus", targets, NAMESPACE) as prometheus:
            watched = Watched(stack=stack, prometheus=prometheus)
            for wave in (1, 2):
                _traffic(stack)
                watched.wait_for(f'sum(event_attempts_total{{outcome="processed"}}) >= {wave}')
                watched.wait_for(f'sum(analysis_duration_seconds_count{{outcome="timed_out"}}) >= {wave}')
            for rule in RECORDED:
                watched.wait_for(rule.name)
            yield watched


def _traffic(stack: FaultedStack) -> None:
    """One conversation is scored, one fails; suggestions, refusals, a stranger's message."""
    scored = stack.post()
    stack.wait_for(scored, "PROCESSED")
    with stack.behaving("MEMORY_API_URL", fault="hang"):
        stack.wait_for(stack.post(), "FAILED")
    stack.publish(b"from a stranger")
    with httpx.Client(base_url=stack.service.url, headers=HEADERS, timeout=30) as http:
        suggested = http.post("/v1/activities/suggest", json={"user_id": "user_01"})
        assert suggested.status_code == httpx.codes.OK, suggested.text
        for path in (f"/v1/conversations/{scored}", "/v1/conversations/nowhere", "/nowhere", "/v1/health"):
            http.get(path)


def _may_be_absent(selector: Selector) -> bool:
    """Without overload nobody is turned away, and without a fault of ours no answer is a 5xx."""
    return selector.name == "requests_shed_total" or selector.labels.get("status") == "5.."


def _name(rule: Rule) -> str:
    return "-".join((rule.name, *rule.labels.values()))


def test_prometheus_evaluates_every_rule_without_a_complaint(watched: Watched) -> None:
    evaluated = watched.prometheus.rules()

    assert len(evaluated) == len(RECORDED) + len(TOLD)
    assert {rule["name"]: rule.get("lastError") for rule in evaluated if rule["health"] != "ok"} == {}


@pytest.mark.parametrize("asked", panel_queries(), ids=str)
def test_a_panel_shows_something(asked: PanelQuery, watched: Watched) -> None:
    answer = watched.prometheus.query(asked.query)

    if not all(_may_be_absent(selector) for selector in selectors(asked.query)):
        assert answer
        assert all(asked.shown_labels <= series.keys() for series in answer), answer


@pytest.mark.parametrize("rule", RECORDED, ids=_name)
def test_a_rule_records_something(rule: Rule, watched: Watched) -> None:
    labels = ",".join(f'{name}="{value}"' for name, value in rule.labels.items())

    assert watched.prometheus.query(rule.query)
    assert watched.prometheus.query(f"{rule.name}{{{labels}}}")


@pytest.mark.parametrize("rule", [*RECORDED, *TOLD], ids=_name)
def test_every_series_that_a_rule_looks_at_is_there(rule: Rule, watched: Watched) -> None:
    """An alert of a healthy service tells nothing; what it looks at must be there all the same."""
    watched.prometheus.query(rule.query)
    absent = [
        selector.text
        for selector in selectors(rule.query)
        if not _may_be_absent(selector) and not watched.prometheus.query(selector.text)
    ]

    assert absent == []
