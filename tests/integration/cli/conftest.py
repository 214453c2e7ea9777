from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from entrypoints.cli.main import commands as program


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    code: int
    out: str
    err: str


class Commands:
    """The program's commands in this process, which spares the second that a start of it takes."""

    def run(self, *arguments: str) -> Finished:
        done = CliRunner().invoke(program, arguments)
        return Finished(code=done.exit_code, out=done.stdout, err=done.stderr)


@pytest.fixture
def commands(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """On a migrated database, without any other setting."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DB_POOL_SIZE", "5")
    return Commands()
