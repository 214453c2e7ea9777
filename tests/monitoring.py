"""What Prometheus and Grafana are given: rules, alerts, their tests, and the queries of all and of pages."""

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
RULE_TESTS = sorted(PROMETHEUS.glob("tests/*.yaml"))
_BLOCK = re.compile(r"^```promql\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    query: str
    labels: dict[str, str]
    annotations: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One choice of series in a query."""

    name: str
    labels: dict[str, str]


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
    return [
        Selector(name=node.name or "", labels={matcher.name: matcher.value for matcher in node.matchers.matchers})
        for node in _nodes(expression)
        if isinstance(node, promql_parser.VectorSelector)
    ]


def _nodes(expression: promql_parser.Expr) -> list[promql_parser.Expr]:
    found: list[promql_parser.Expr] = []
    promql_parser.walk(expression, found.append)
    return found
