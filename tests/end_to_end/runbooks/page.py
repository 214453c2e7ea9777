"""A runbook as its reader uses it: the commands of each section are run, one after the other, in a shell."""

import re
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture.source_files import ROOT
from tests.end_to_end.program import Finished
from tests.end_to_end.runbooks.situation import Says

RUNBOOKS = ROOT / "docs" / "runbooks"
SQL, PROMQL = "sql", "promql"
_SECTION = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(rf"^```(sh|{SQL}|{PROMQL})\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND_SECONDS = 60.0
# A reader looks again, too: what just happened is in the metrics a little later.
_LOOKS_AGAIN_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class RunbookPage:
    """One page, followed in the environment of an operator."""

    name: str
    environment: Mapping[str, str]
    put_in: Mapping[str, str] = field(default_factory=dict)
    """What a reader puts in by hand, by what the page has there."""

    def first_check(self, expected: Sequence[Says]) -> None:
        """Runs each command, once more as long as it says something else; fails if it goes on saying so."""
        for command, says in zip(self._commands("First check"), expected, strict=True):
            give_up_at = time.monotonic() + _LOOKS_AGAIN_SECONDS
            answer = self._run(command)
            while not says.fits(answer, self.put_in) and time.monotonic() < give_up_at:
                time.sleep(0.3)
                answer = self._run(command)
            assert says.fits(answer, self.put_in), (self.name, command, says, answer)

    def fix(self, expected: Sequence[Says]) -> None:
        """Runs each command, once."""
        for command, says in zip(self._commands("Fix"), expected, strict=True):
            answer = self._run(command)
            assert says.fits(answer, self.put_in), (self.name, command, says, answer)

    def _commands(self, section: str) -> list[str]:
        return commands_of(RUNBOOKS / f"{self.name}.md").get(section, [])

    def _run(self, command: str) -> Finished:
        for written, meant in self.put_in.items():
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
    """Of each section that has any. A line is a command or a query unless it is indented; a block of SQL is one."""
    found = {
        title: [command for language, block in _BLOCK.findall(text) for command in _commands(language, block)]
        for title, text in _SECTION.findall(page.read_text(encoding="utf-8"))
    }
    return {title: commands for title, commands in found.items() if commands}


def _commands(language: str, block: str) -> list[str]:
    if language == SQL:
        return [f'psql -v ON_ERROR_STOP=1 "$DATABASE_URL" <<\\END\n{block}END\n']
    lines = re.findall(r"^\S.*(?:\n .*)*", block, re.MULTILINE)
    if language == PROMQL:
        return [f'promtool query instant "$PROMETHEUS_URL" {shlex.quote(line)}' for line in lines]
    return lines
