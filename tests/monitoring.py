"""What Prometheus and Grafana are given: rules, alerts, their tests, and the queries of all and of pages."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import promql_parser
import yaml

from tests.architecture.source_files import ROOT

PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = sorted(PROMETHEUS.glob("rules/*.yaml"))
ALERTS = sorted(PROMETHEUS.glob("alerts/*.yaml"))
DASHBOARDS = sorted((ROOT / "deploy" / "grafana").glob("*.json"))
RULE_TESTS = sorted(PROMETHEUS.glob("tests/*.yaml"))
# What Grafana puts in before it asks.
_PUT_IN = {"$__rate_interval": "5m", "$namespace": ".*"}
_PATTERNS = (promql_parser.MatchOp.Re, promql_parser.MatchOp.NotRe)
_BLOCK = re.compile(r"^```promql\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    query: str
    labels: dict[str, str]
    annotations: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    label: str
    alternatives: tuple[str, ...]
    """Patterns; one may fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One choice of series in a query."""

    name: str
    labels: dict[str, str]
    matchers: tuple[Matcher, ...] = ()
    text: str = ""
    """As a query of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelQuery:
    """As Grafana asks it, about all namespaces and over five minutes."""

    dashboard: str
    panel: str
    query: str
    legend: str

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.panel}: {self.legend}"

    @property
    def shown_labels(self) -> set[str]:
        return set(re.findall(r"{{(\w+)}}", self.legend))


def rules_of(files: list[Path]) -> list[Rule]:
    return [
        Rule(
            name=rule.get("record") or rule["alert"],
            query=rule["expr"],
            labels=rule.get("labels", {}),
            annotations=rule.get("annotations", {}),
        )
        for file in files
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


def looks_at_alerts(files: list[Path]) -> Iterator[tuple[str, int]]:
    """Each look at an alert, with the number of times it is expected to be told."""
    for file in files:
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            for look in test.get("alert_rule_test", ()):
                yield look["alertname"], len(look["exp_alerts"])


def panel_queries() -> list[PanelQuery]:
    return [
        PanelQuery(
            dashboard=file.stem, panel=panel["title"], query=_put_in(target["expr"]), legend=target["legendFormat"]
        )
        for file in DASHBOARDS
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]
        for target in panel["targets"]
    ]


def _put_in(query: str) -> str:
    for name, value in _PUT_IN.items():
        query = query.replace(name, value)
    return query


def queries_in(text: str) -> list[str]:
    """Those that a page shows in blocks of PromQL. A line is a query unless it is indented."""
    return [query for block in _BLOCK.findall(text) for query in re.findall(r"^\S.*(?:\n .*)*", block, re.MULTILINE)]


def selectors(query: str) -> list[Selector]:
    """Of all series that a query names. Raises ValueError if it is none."""
    return _selectors(promql_parser.parse(query))


def groupings(query: str) -> Iterator[tuple[set[str], list[Selector]]]:
    """The labels that each aggregation keeps, with the series below it."""
    for node in _nodes(promql_parser.parse(query)):
        if isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
            assert node.modifier.type == promql_parser.AggModifierType.By, "nothing here leaves labels out"
            yield set(node.modifier.labels), _selectors(node.expr)


def _selectors(expression: promql_parser.Expr) -> list[Selector]:
    return [_selector(node) for node in _nodes(expression) if isinstance(node, promql_parser.VectorSelector)]


def _selector(node: promql_parser.VectorSelector) -> Selector:
    matchers = node.matchers.matchers
    return Selector(
        name=node.name or "",
        labels={matcher.name: matcher.value for matcher in matchers},
        matchers=tuple(
            Matcher(
                label=matcher.name,
                alternatives=tuple(matcher.value.split("|") if matcher.op in _PATTERNS else [re.escape(matcher.value)]),
            )
            for matcher in matchers
        ),
        text=node.prettify(),
    )


def _nodes(expression: promql_parser.Expr) -> list[promql_parser.Expr]:
    found: list[promql_parser.Expr] = []
    promql_parser.walk(expression, found.append)
    return found
