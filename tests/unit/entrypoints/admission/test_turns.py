import asyncio
from datetime import timedelta

import pytest

from entrypoints.http.admission.turns import NoTurn, Turns


async def test_so_many_at_once_and_no_more() -> None:
    turns, inside, most = Turns(at_once=2), 0, 0

    async def one() -> None:
        nonlocal inside, most
        async with turns.taken():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one() for _ in range(20)))

    assert most == 2


async def test_who_finds_too_many_waiting_is_sent_away() -> None:
    turns = Turns(at_once=1, most_waiting=1)
    async with turns.taken():
        waiting = asyncio.create_task(_take(turns))
        await asyncio.sleep(0)

        with pytest.raises(NoTurn):
            await _take(turns)

    await waiting


async def test_who_waits_too_long_is_sent_away_and_takes_no_turn_along() -> None:
    turns = Turns(at_once=1, patience=timedelta(milliseconds=1))
    async with turns.taken():
        with pytest.raises(NoTurn):
            await _take(turns)

    await _take(turns)


async def test_who_gives_up_takes_no_turn_along() -> None:
    turns = Turns(at_once=1)
    async with turns.taken():
        waiting = asyncio.create_task(_take(turns))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    await _take(turns)


async def _take(turns: Turns) -> None:
    async with turns.taken():
        pass
