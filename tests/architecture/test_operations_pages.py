"""The pages for people on call agree with the alerts, and the list of debts points at things."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.source_files import ROOT

OPERATIONS = ROOT / "docs" / "operations"
RUNBOOKS = sorted(page.stem for page in (ROOT / "docs" / "runbooks").glob("*.md"))
LEVELS = ("SEV1", "SEV2", "SEV3", "SEV4")
BEGINS_AS = re.compile(r"^\| \[(\w+)\]\(\.\./runbooks/(\w+)\.md\) \| (\w+) \|", re.MULTILINE)
SHOWS = re.compile(r"\]\(([^)#]+)[^)]*\)|`([\w./-]+)`")


def test_every_runbook_begins_at_one_level() -> None:
    rows = BEGINS_AS.findall((OPERATIONS / "severity.md").read_text(encoding="utf-8"))

    assert sorted(page for _, page, _ in rows) == RUNBOOKS
    assert [name for name, page, level in rows if name != page or level not in LEVELS] == []


def test_whatever_wakes_somebody_is_bad_enough_for_it() -> None:
    rows = BEGINS_AS.findall((OPERATIONS / "severity.md").read_text(encoding="utf-8"))
    begins = {page: level for _, page, level in rows}
    pages = {
        Path(rule["annotations"]["runbook"]).stem for rule in _alert_rules() if rule["labels"]["severity"] == "page"
    }

    assert pages
    assert {page: begins[page] for page in pages if begins[page] not in {"SEV1", "SEV2"}} == {}


def _debts() -> list[str]:
    text = (OPERATIONS / "technical_debt.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [line for line in lines if not line.startswith("| Debt ")]


@pytest.mark.parametrize("debt", _debts(), ids=lambda debt: debt[2:40])
def test_a_debt_has_a_price_a_way_out_and_something_to_look_at(debt: str) -> None:
    what, price, paid_by, seen = [cell.strip() for cell in re.split(r"(?<!\\)\|", debt)[1:-1]]

    assert all((what, price, paid_by))
    assert seen == "the same" or [_exists(*found) for found in SHOWS.findall(seen)].count(True) >= 1


def _exists(link: str, path: str) -> bool:
    return (OPERATIONS / link if link else ROOT / path).exists()


def _alert_rules() -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "deploy" / "prometheus").glob("[ar]*/*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from (rule for rule in group["rules"] if "alert" in rule)
