"""A runbook as its reader uses it: the commands of each section are run, one after the other, in a shell."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.source_files import ROOT
from tests.end_to_end.program import Finished

RUNBOOKS = ROOT / "docs" / "runbooks"
SQL = "sql"
_SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(rf"^```(sh|{SQL})\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class RunbookPage:
    """One page, followed in the environment of an operator. ``told`` stands for what a reader puts in by hand."""

    name: str
    environment: Mapping[str, str]
    told: dict[str, str]
    left: set[str] = field(init=False)
    """The sections with commands that nobody has followed yet."""

    def __post_init__(self) -> None:
        self.left = set(commands_of(RUNBOOKS / f"{self.name}.md"))

    def first_check(self) -> list[Finished]:
        return list(self._follow("First check"))

    def fix(self) -> list[Finished]:
        return list(self._follow("Fix"))

    def fix_step_by_step(self) -> Iterator[Finished]:
        """For a fix that is one of several."""
        return self._follow("Fix")

    def _follow(self, section: str) -> Iterator[Finished]:
        for command in commands_of(RUNBOOKS / f"{self.name}.md")[section]:
            yield self._run(command)
        self.left.discard(section)

    def _run(self, command: str) -> Finished:
        for written, meant in self.told.items():
            command = command.replace(written, meant)
        done = subprocess.run(
            ("sh", "-c", command),
            env=dict(self.environment),
            capture_output=True,
            check=False,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
        return Finished(code=done.returncode, out=done.stdout, err=done.stderr)


def commands_of(page: Path) -> dict[str, list[str]]:
    """Of each section that has any: a line is a command unless it is indented; a block of SQL is a command of psql."""
    found = {
        title: [command for language, block in _BLOCK.findall(text) for command in _commands(language, block)]
        for title, text in _SECTION.findall(page.read_text(encoding="utf-8"))
    }
    return {title: commands for title, commands in found.items() if commands}


def _commands(language: str, block: str) -> list[str]:
    if language == SQL:
        return [f'psql -v ON_ERROR_STOP=1 "$DATABASE_URL" <<\\END\n{block}END\n']
    return re.findall(r"^\S.*(?:\n .*)*", block, re.MULTILINE)
