"""The project's workflows, as the tests read them."""

from collections.abc import Iterator
from typing import Any

import yaml

from tests.architecture.source_files import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

Step = dict[str, Any]


def jobs(workflow: str) -> dict[str, Any]:
    (file,) = (file for file in WORKFLOWS if file.stem == workflow)
    found: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    return found


def steps() -> Iterator[Step]:
    for file in WORKFLOWS:
        for job in jobs(file.stem).values():
            yield from job.get("steps", [])


def run_of(workflow: str, job: str, *, containing: str) -> str:
    """The one script of a job that has these words in it."""
    scripts = [step["run"] for step in jobs(workflow)[job]["steps"] if containing in step.get("run", "")]
    (script,) = scripts
    return str(script)
