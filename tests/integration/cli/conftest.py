import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from entrypoints.cli.main import commands as program


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The error output without the lines of the audit."""
        return "".join(line for line in self.err.splitlines(keepends=True) if '"event": "audit"' not in line)

    @property
    def audited(self) -> list[dict[str, Any]]:
        """What it says who did, without times."""
        lines = [json.loads(line) for line in self.err.splitlines() if '"event": "audit"' in line]
        return [{name: line[name] for name in line.keys() - {"event", "level", "timestamp"}} for line in lines]


class Commands:
    """The program's commands in this process, which spares the second that a start of it takes."""

    def run(self, *arguments: str, given: str | None = None) -> Finished:
        """``given``: on standard input."""
        done = CliRunner().invoke(program, arguments, input=given)
        return Finished(code=done.exit_code, out=done.stdout, err=done.stderr)


@pytest.fixture
def commands(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """On a migrated database, without any other setting."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DB_POOL_SIZE", "5")
    return Commands()
