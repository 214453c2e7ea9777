"""Who changed what from the command line is told in one line, with the user of the operating system."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from entrypoints.cli.main import commands as program
from tests.integration.cli.conftest import Commands
from tests.integration.cli.test_operating_commands import filled
from tests.integration.cli.test_scores_commands import RULES, degraded

__all__ = ["degraded", "filled"]
CATALOGUE = "personas: []\nagendas: []\n"
# The rest changes nothing, or runs the service.
AUDITED = {
    "backup",
    "catalogue import",
    "catalogue restore",
    "events retry",
    "events skip",
    "import-legacy",
    "migrate",
    "restore",
    "scores heal",
    "scores recalculate",
    "token",
    "users erase",
}
NOT_AUDITED = {
    "alerts test",
    "catalogue diff",
    "catalogue export",
    "catalogue history",
    "catalogue show",
    "catalogue validate",
    "consume",
    "demo",
    "dev",
    "evaluate",
    "events list",
    "events show",
    "fake-services",
    "ledger show",
    "ledger verify",
    "serve",
    "specification",
    "suggest",
    "suggestions report",
}


def test_every_command_was_thought_of() -> None:
    assert set(_commands(program)) == AUDITED | NOT_AUDITED


def _commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_deciding_about_events(filled: Commands) -> None:
    one, again = filled.run("events", "retry", "conv_1"), filled.run("events", "retry", "conv_1")
    many = filled.run("events", "retry", "--user", "user_0", "--status", "FAILED")
    skipped = filled.run("events", "skip", "conv_4")

    assert one.audited == [_line("retry events", conversation_id="conv_1")]
    assert again.audited == [_line("retry events", "refused", conversation_id="conv_1")]
    assert many.audited == [_line("retry events", user_id="user_0", statuses=["FAILED"], events=1)]
    assert skipped.audited == [_line("skip event", conversation_id="conv_4")]


def test_a_rehearsal_is_no_deed(filled: Commands) -> None:
    assert filled.run("events", "retry", "--status", "FAILED", "--dry-run").audited == []
    assert filled.run("scores", "heal", "--dry-run").audited == []
    assert filled.run("events", "list").audited == []


def test_scores(degraded: Commands, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES)

    healed = degraded.run("scores", "heal", "--user", "user_0", "--rate", "100/s")
    recalculated = degraded.run("scores", "recalculate", "--rules", str(tmp_path / "rules.yaml"), "--all")

    assert healed.audited == [_line("heal scores", user_id="user_0", events=2)]
    [line] = recalculated.audited
    assert (line["operation"], line["outcome"], line["events"]) == ("recalculate scores", "done", 4)


def test_catalogue(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "catalogue.yaml").write_text(CATALOGUE)

    imported = commands.run("catalogue", "import", str(tmp_path / "catalogue.yaml"))
    restored = commands.run("catalogue", "restore", "1")

    assert imported.audited == [_line("replace catalogue", catalogue_version=1)]
    assert restored.audited == [_line("replace catalogue", restored_version=1, catalogue_version=2)]


def test_tokens_and_migrations(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a")
    issued = commands.run("token", "--sub", "ann", "--scope", "operations", "--days", "3")

    assert issued.audited == [_line("issue token", token_subject="ann", scopes="operations", days=3)]
    assert issued.out.strip() not in issued.err
    assert commands.run("migrate").audited == [_line("migrate")]


def test_backups(filled: Commands, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    where = str(tmp_path / "backups")

    taken = filled.run("backup", "--to", where)
    refused = filled.run("restore", "--from", where)
    restored = filled.run("restore", "--from", where, "--replace")

    name = next((tmp_path / "backups").glob("*.json")).stem
    assert taken.audited == [_line("back up", backup=name)]
    assert refused.audited == [_line("restore backup", "refused", backup=None)]
    assert restored.audited == [_line("restore backup", backup=name)]


def test_moving_over_that_does_not_work(commands: Commands) -> None:
    failed = commands.run("import-legacy", "postgresql://nobody@127.0.0.1:1/nothing")

    assert failed.code == 3
    assert failed.audited == [_line("import legacy", "failed")]


@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_no_level_of_logs_silences_it(commands: Commands, monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)

    assert commands.run("migrate").audited == [_line("migrate")]


def _line(operation: str, outcome: str = "done", **facts: object) -> dict[str, Any]:
    us = pwd.getpwuid(os.getuid()).pw_name
    return {"operation": operation, "via": "cli", "subject": us, "outcome": outcome, **facts}
