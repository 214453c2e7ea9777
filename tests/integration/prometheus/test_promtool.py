"""Prometheus' own tool on the rules: do they parse, and do they tell what they should on made-up series?"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source_files import place
from tests.monitoring import ALERTS, RULE_TESTS, RULES


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
