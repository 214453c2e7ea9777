"""The dashboards are those of the code, and every query in them can be answered by what the service exports."""

import json

import pytest

from deploy.dashboards.files import FOLDER, files
from tests.exported_metrics import exported_names
from tests.monitoring import RULES, rules_of, selectors

FILES = sorted(FOLDER.glob("*.json"))
# What Grafana puts in before it asks.
PUT_IN = {"$__rate_interval": "5m", "$namespace": ".*"}


def queries(text: str) -> list[tuple[str, str]]:
    """Title of the panel, query."""
    return [(panel["title"], target["expr"]) for panel in json.loads(text)["panels"] for target in panel["targets"]]


ALL = [(file.stem, *query) for file in FILES for query in queries(file.read_text(encoding="utf-8"))]


def test_the_files_are_those_that_the_code_makes() -> None:
    """Else: make dashboards."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FILES} == files()


@pytest.mark.parametrize(("dashboard", "panel", "query"), ALL)
def test_a_query_can_be_answered(dashboard: str, panel: str, query: str) -> None:
    for name, value in PUT_IN.items():
        query = query.replace(name, value)
    known = exported_names() | {rule.name for rule in rules_of(RULES)} | {"up"}

    found = selectors(query)

    assert found
    assert {selector.name for selector in found} <= known
    assert all(selector.labels.keys() & {"job", "namespace"} for selector in found)


def test_no_two_panels_lie_upon_each_other_and_none_goes_without_a_query() -> None:
    for file in FILES:
        panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]

        assert len(set(places)) == len(places) > 0
        assert all(panel["targets"] for panel in panels)
