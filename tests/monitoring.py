"""What Prometheus and Grafana are given: rules, alerts, their tests, and the queries of all of them."""

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


def selectors(query: str) -> list[Selector]:
    """Of all series that a query names. Raises ValueError if it is none."""
    found: list[Selector] = []

    def note(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            labels = {matcher.name: matcher.value for matcher in node.matchers.matchers}
            found.append(Selector(name=node.name or "", labels=labels))

    promql_parser.walk(promql_parser.parse(query), note)
    return found
