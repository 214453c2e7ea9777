"""What Prometheus is told to compute and to alert of is true of what the service exports."""

from collections import Counter

import pytest

from infrastructure.prometheus.attempts import END_TO_END_BUCKETS
from infrastructure.prometheus.requests import BUCKETS as REQUEST_BUCKETS
from tests.architecture.source_files import ROOT
from tests.exported_metrics import exported_names
from tests.monitoring import ALERTS, PROMETHEUS, RULE_TESTS, RULES, Rule, looks_at_alerts, rules_of, selectors

OBJECTIVES = rules_of(RULES)
TOLD = rules_of(ALERTS)
OF_PROMETHEUS = {"up"}
SEVERITIES = {"page", "ticket", "heartbeat"}
# Told of a healthy installation, too; what alarms is its silence.
ALWAYS_TOLD = {"Watchdog"}


def _name(rule: Rule) -> str:
    return "-".join((rule.name, *rule.labels.values()))


@pytest.mark.parametrize("rule", [*OBJECTIVES, *TOLD], ids=_name)
def test_every_series_that_a_rule_names_is_exported_or_recorded(rule: Rule) -> None:
    known = exported_names() | {recorded.name for recorded in OBJECTIVES} | OF_PROMETHEUS

    assert {selector.name for selector in selectors(rule.query)} <= known


@pytest.mark.parametrize("rule", [*OBJECTIVES, *TOLD], ids=_name)
def test_nobody_elses_series_are_taken_for_ours(rule: Rule) -> None:
    for selector in selectors(rule.query):
        assert selector.labels.get("job") == "context-handling" or selector.name.startswith("context_handling:")


def test_the_limits_of_the_objectives_are_bounds_of_buckets() -> None:
    asked = {
        (selector.name, selector.labels["le"])
        for rule in OBJECTIVES
        for selector in selectors(rule.query)
        if "le" in selector.labels
    }

    assert asked == {
        ("http_request_duration_seconds_bucket", "0.2"),
        ("http_request_duration_seconds_bucket", "0.5"),
        ("event_end_to_end_seconds_bucket", "300.0"),
    }
    assert {0.2, 0.5} <= set(REQUEST_BUCKETS)
    assert 300.0 in END_TO_END_BUCKETS


@pytest.mark.parametrize("alert", TOLD, ids=_name)
def test_an_alert_says_how_urgent_it_is_what_happens_and_what_to_do(alert: Rule) -> None:
    assert alert.labels["severity"] in SEVERITIES
    assert alert.annotations["summary"].endswith(".")
    assert (ROOT / alert.annotations["runbook"]).is_file()


@pytest.mark.parametrize("alert", TOLD, ids=_name)
def test_the_runbook_names_the_alert_that_leads_to_it(alert: Rule) -> None:
    page = (ROOT / alert.annotations["runbook"]).read_text(encoding="utf-8")

    assert f"`{alert.name}`" in page


def test_every_alert_is_tested_on_a_healthy_and_in_each_severity_on_a_failing_installation() -> None:
    looks = list(looks_at_alerts(RULE_TESTS))
    most_told: Counter[str] = Counter()
    for name, told in looks:
        most_told[name] = max(most_told[name], told)

    assert {name for name, told in looks if told == 0} == set(most_told) - ALWAYS_TOLD
    assert most_told == Counter(alert.name for alert in TOLD)


def test_there_is_nothing_but_groups_in_the_files_that_a_chart_embeds() -> None:
    for file in (*RULES, *ALERTS):
        assert [line for line in file.read_text("utf-8").splitlines() if line and line[0] not in " #"] == ["groups:"]
    assert sorted(PROMETHEUS.rglob("*.yaml")) == sorted([*RULES, *ALERTS, *RULE_TESTS])
