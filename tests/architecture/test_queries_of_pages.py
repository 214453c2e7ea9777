"""Whoever reads a page may copy its queries: they ask for series and labels that there are."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, place
from tests.exported_metrics import exported_labels
from tests.monitoring import RULES, groupings, queries_in, rules_of, selectors

PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "decisions")
ALL = [(place(page), query) for page in PAGES for query in queries_in(page.read_text(encoding="utf-8"))]
# Set where processes are scraped: docs/slo.md.
OF_THE_TARGET = {"instance", "job", "namespace", "process"}
RECORDED = {rule.name: {"namespace", "slo"} for rule in rules_of(RULES)}
LABELS = RECORDED | {series: labels | OF_THE_TARGET for series, labels in exported_labels().items()}
HISTOGRAMS = {series.removesuffix("_bucket") for series in LABELS if series.endswith("_bucket")}
# Others have names that end so, too: columns of views of PostgreSQL, settings and fields of ours.
OF_OTHERS = {"count", "version"}
ENDINGS = "|".join(sorted({series.rpartition("_")[2] for series in exported_labels()} - OF_OTHERS))
# In prose: a word of code that ends like the name of a series.
MENTIONED = re.compile(rf"`(context_handling:[\w:]+|[a-z_]+_(?:{ENDINGS}))(?:\{{[^`]*\}})?`")


def test_pages_have_queries() -> None:
    assert {page for page, _ in ALL} >= {"docs/slo.md", "docs/runbooks/SLO_AVAILABILITY.md"}


@pytest.mark.parametrize(("page", "query"), ALL)
def test_a_query_names_series_and_labels_that_there_are(page: str, query: str) -> None:
    found = selectors(query)

    assert found
    assert [selector.name for selector in found if selector.name not in LABELS] == []
    assert [selector for selector in found if not selector.labels.keys() <= LABELS[selector.name]] == []


@pytest.mark.parametrize(("page", "query"), ALL)
def test_a_query_keeps_only_labels_that_there_are(page: str, query: str) -> None:
    for kept, below in groupings(query):
        assert [selector for selector in below if not kept <= LABELS[selector.name]] == []


@pytest.mark.parametrize(("page", "query"), ALL)
def test_a_query_does_not_take_somebody_elses_series_for_ours(page: str, query: str) -> None:
    for selector in selectors(query):
        assert selector.labels.get("job") == "context-handling" or selector.name in RECORDED


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_a_series_that_prose_mentions_is_there(page: Path) -> None:
    mentioned = set(MENTIONED.findall(page.read_text(encoding="utf-8")))

    assert mentioned - LABELS.keys() - HISTOGRAMS == set()


def test_prose_mentions_series() -> None:
    assert "database_up" in MENTIONED.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))
