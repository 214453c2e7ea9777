"""Correcting scores from the command line."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from infrastructure.postgres.engine import make_engine
from tests.contracts.storage import postgres_storage
from tests.healing import Service, some_chats
from tests.integration.cli.conftest import Commands
from tests.servers.databases import for_libpq


@pytest.fixture
def degraded(commands: Commands, database_url: str) -> Commands:
    """Two children with two conversations each, of which neither questions nor emotion are known."""

    async def talk() -> None:
        engine = make_engine(database_url)
        service = Service(storage=postgres_storage(engine), failing=1.0)
        service.memories.failing = 0.0
        for of_user in some_chats(3, users=2, each=2):
            for chat in of_user:
                await service.talk(chat)
        await engine.dispose()

    asyncio.run(talk())
    return commands


def _reasons(database_url: str) -> list[str]:
    with psycopg.connect(for_libpq(database_url)) as connection:
        rows = connection.execute("SELECT reason FROM score_ledger ORDER BY reason").fetchall()
    return [row[0] for row in rows]


def test_degraded_scores_are_healed_after_a_look_at_which(degraded: Commands, database_url: str) -> None:
    dry = degraded.run("scores", "heal", "--dry-run")
    untouched = _reasons(database_url)
    healed = degraded.run("scores", "heal", "--user", "user_0", "--rate", "100/s")
    rest = degraded.run("scores", "heal", "--limit", "5", "--rate", "100/s")
    nothing = degraded.run("scores", "heal")

    assert (dry.code, dry.err) == (0, "")
    assert all(word in dry.out for word in ("conv_0_0", "conv_1_1", "emotion questions", "4 events, 4 would ask"))
    assert untouched == ["scored"] * 4
    assert "2 events, 2 healed" in healed.out
    assert "conv_1_0" not in healed.out
    assert "2 events, 2 healed" in rest.out
    assert "0 events; +0 points." in nothing.out
    assert degraded.run("ledger", "verify").code == 0


def test_nobody_is_asked_where_analysis_is_switched_off(degraded: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PROVIDER", "off")

    refused = degraded.run("scores", "heal")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Analysis is switched off")


def test_a_rate_of_nothing_is_refused(commands: Commands) -> None:
    assert commands.run("scores", "heal", "--rate", "0").code == 2


RULES = """
points_per_turn: 1
points_per_question: 3
points_per_memory: 50
interesting_bonus: 15
boring_bonus: -15
"""


def test_scores_are_recalculated_once_after_a_look_at_what_changes(
    degraded: Commands, database_url: str, tmp_path: Path
) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    selection = ("scores", "recalculate", "--rules", "rules.yaml", "--all", "--rate", "1000/s")

    dry = degraded.run(*selection, "--dry-run")
    untouched = _reasons(database_url)
    done, again = degraded.run(*selection), degraded.run(*selection)

    assert dry.out.replace("Would rescore", "Rescored") == done.out
    assert untouched == ["scored"] * 4
    assert "Rescored 4 of 4 conversations of 2 users" in done.out
    assert "Rescored 0 of 4 conversations of 2 users" in again.out
    assert degraded.run("ledger", "verify").code == 0


@pytest.mark.parametrize("which", [(), ("--all", "--user", "user_1"), ("--until", "2026-01-01")], ids=" ".join)
def test_it_must_be_clear_what_to_recalculate(commands: Commands, tmp_path: Path, which: tuple[str, ...]) -> None:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")

    assert commands.run("scores", "recalculate", "--rules", "rules.yaml", *which).code == 2


def test_every_fault_of_the_rules_is_told(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("points_per_turn: -1\nbonus: 2", encoding="utf-8")

    refused = commands.run("scores", "recalculate", "--rules", "rules.yaml", "--all")

    assert refused.code == 1
    assert len(refused.err.splitlines()) == 6
