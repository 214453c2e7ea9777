"""Prometheus' own tool on the rules, and on the queries of the pages: do they parse, do rules tell what they should?"""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.architecture.source_files import ROOT, place
from tests.monitoring import ALERTS, RULE_TESTS, RULES, queries_in

PAGES = sorted(page for page in (ROOT / "docs").rglob("*.md") if queries_in(page.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def promtool() -> str:
    program = shutil.which("promtool")
    if program is None:
        pytest.fail("The tests need promtool: run 'apt-get install prometheus', or 'sh scripts/install_servers.sh'.")
    return program


def test_prometheus_understands_every_rule(promtool: str) -> None:
    checked = subprocess.run([promtool, "check", "rules", *RULES, *ALERTS], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("test", RULE_TESTS, ids=place)
def test_the_rules_tell_what_they_should(promtool: str, test: Path) -> None:
    tested = subprocess.run([promtool, "test", "rules", test], capture_output=True, text=True, check=False)

    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_prometheus_understands_every_query_of_a_page(promtool: str, page: Path, tmp_path: Path) -> None:
    """This promtool reads queries in files of rules only."""
    queries = queries_in(page.read_text(encoding="utf-8"))
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "page", "rules": rules}]}), encoding="utf-8")

    checked = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(queries)} rules found" in checked.stdout
