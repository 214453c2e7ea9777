"""A misspelt label, or a value that there is not, is no error for Prometheus: the query is just empty, or takes all."""

import re
from http import HTTPMethod, HTTPStatus

import pytest

from domain.event_status import OPEN
from entrypoints.cli.specification import document_of
from infrastructure.alerting.desk import AlertFate
from infrastructure.prometheus.attempts import END_TO_END_BUCKETS
from infrastructure.prometheus.requests import BUCKETS
from infrastructure.telemetry.attempts import OUTCOMES, EarlierFailure
from infrastructure.telemetry.timed_analysis import ANSWERED, BROKEN, NOBODY_ASKED
from infrastructure.telemetry.timed_analysis import OUTCOMES as OUTCOMES_OF_ANALYSES
from tests.exported_metrics import exported_labels
from tests.monitoring import ALERTS, RULES, PanelQuery, groupings, panel_queries, rules_of, selectors

# Set where processes are scraped: docs/slo.md.
OF_THE_TARGET = frozenset({"instance", "job", "namespace", "process"})
RECORDED = rules_of(RULES)
LABELS = {series: labels | OF_THE_TARGET for series, labels in exported_labels().items()}
LABELS |= {rule.name: frozenset({"namespace", "slo"}) for rule in RECORDED} | {"up": OF_THE_TARGET}
REQUESTS = {
    "method": frozenset(HTTPMethod),
    "route": frozenset(document_of("openapi")["paths"]),
    "status": frozenset(str(status.value) for status in HTTPStatus),
    "le": frozenset(map(str, BUCKETS)),
}
POSSIBLE: dict[str, dict[str, frozenset[str]]] = {
    "alerts_total": {"outcome": frozenset(AlertFate)},
    "analysis_duration_seconds": {
        "outcome": frozenset({ANSWERED, NOBODY_ASKED, BROKEN, *OUTCOMES_OF_ANALYSES.values()})
    },
    "announcements_total": {"outcome": frozenset({"confirmed", "failed", "dropped"})},
    "event_attempts_total": {"outcome": frozenset(OUTCOMES)},
    "event_end_to_end_seconds": {
        "earlier_failure": frozenset(EarlierFailure),
        "le": frozenset(map(str, END_TO_END_BUCKETS)),
    },
    "events": {"status": frozenset(OPEN)},
    "http_request_duration_seconds": REQUESTS,
    "http_requests_total": REQUESTS,
}
"""By metric and label, what the service may put there, where a query chooses by it."""
OF_SCRAPES = {"job": frozenset({"context-handling"}), "process": frozenset({"serve", "consume"})}
OBJECTIVES = {"slo": frozenset(rule.labels["slo"] for rule in RECORDED if "slo" in rule.labels)}
ANY_NAMESPACE = ".*"
QUERIES = [
    *(
        pytest.param(rule.query, id="-".join((rule.name, *rule.labels.values())))
        for rule in (*RECORDED, *rules_of(ALERTS))
    ),
    *(pytest.param(asked.query, id=str(asked)) for asked in panel_queries()),
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_chooses_by_labels_that_there_are(query: str) -> None:
    assert [found for found in selectors(query) if not found.labels.keys() <= LABELS[found.name]] == []


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_keeps_labels_that_there_are(query: str) -> None:
    for kept, below in groupings(query):
        assert [found for found in below if not kept <= LABELS[found.name]] == []


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_chooses_by_values_that_there_may_be(query: str) -> None:
    impossible = [
        (found.name, matcher.label, alternative)
        for found in selectors(query)
        for matcher in found.matchers
        for alternative in matcher.alternatives
        if alternative != ANY_NAMESPACE and not _is_possible(found.name, matcher.label, alternative)
    ]

    assert impossible == []


@pytest.mark.parametrize("asked", panel_queries(), ids=str)
def test_a_legend_shows_labels_that_there_are(asked: PanelQuery) -> None:
    shown = asked.shown_labels

    assert [found for found in selectors(asked.query) if not shown <= LABELS[found.name]] == []


def _is_possible(series: str, label: str, alternative: str) -> bool:
    metric = re.sub(r"_(bucket|count|sum)$", "", series)
    values = (OF_SCRAPES | OBJECTIVES | POSSIBLE.get(metric, {}))[label]
    return any(re.fullmatch(alternative, value) for value in values)
