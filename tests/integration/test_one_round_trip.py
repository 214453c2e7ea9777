"""An answer costs one statement: no transaction around it, and none to introduce a stranger."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from application.use_cases.suggest_activities import SuggestActivities, SuggestActivitiesCommand
from entrypoints.bootstrap.build_database import autocommit_engine
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.offers import RememberingOfferRecorder
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.suggestion_facts import PostgresSuggestionFacts
from tests.examples import USER
from tests.unit.application.world import FixedDice, HeldCatalogue

ASK = SuggestActivitiesCommand(user_id=USER, seed=7)


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = autocommit_engine(make_engine(database_url))
    yield engine
    await engine.dispose()


@contextmanager
def counted(engine: AsyncEngine) -> Iterator[list[str]]:
    """The statements that are sent, commits included."""
    sent: list[str] = []
    sync = engine.sync_engine
    listeners: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": lambda _, __, statement, *___: sent.append(statement),
        "commit": lambda _: sent.append("COMMIT"),
    }
    for name, listener in listeners.items():
        event.listen(sync, name, listener)
    yield sent
    for name, listener in listeners.items():
        event.remove(sync, name, listener)


def suggesting(engine: AsyncEngine) -> SuggestActivities:
    return SuggestActivities(
        facts=PostgresSuggestionFacts(engine=engine, limit=timedelta(seconds=10)),
        catalogue=HeldCatalogue(),
        clock=FakeClock(),
        dice=FixedDice(),
        recorder=RememberingOfferRecorder(),
    )


@pytest.mark.parametrize("who", ["a stranger", "a known user"])
async def test_an_answer_costs_one_statement(engine: AsyncEngine, who: str) -> None:
    suggest = suggesting(engine)
    if who == "a known user":
        await suggest(ASK)

    with counted(engine) as sent:
        await suggest(ASK)

    assert len(sent) == 1, sent
