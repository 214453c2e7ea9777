"""The dashboards are those of the code, and every query in them can be answered by what the service exports."""

import json

import pytest

from deploy.dashboards.files import FOLDER, files
from tests.exported_metrics import exported_names
from tests.monitoring import RULES, PanelQuery, panel_queries, rules_of, selectors

FILES = sorted(FOLDER.glob("*.json"))


def test_the_files_are_those_that_the_code_makes() -> None:
    """Else: make dashboards."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FILES} == files()


@pytest.mark.parametrize("asked", panel_queries(), ids=str)
def test_a_query_can_be_answered(asked: PanelQuery) -> None:
    known = exported_names() | {rule.name for rule in rules_of(RULES)} | {"up"}

    found = selectors(asked.query)

    assert found
    assert {selector.name for selector in found} <= known
    assert all(selector.labels.keys() & {"job", "namespace"} for selector in found)


def test_no_two_panels_lie_upon_each_other_and_none_goes_without_a_query() -> None:
    for file in FILES:
        panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]

        assert len(set(places)) == len(places) > 0
        assert all(panel["targets"] for panel in panels)
