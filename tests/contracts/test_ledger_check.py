"""Ledger: comparing it with friendships and topics."""

from dataclasses import replace

import pytest

from application.ports.ledger import LedgerCheck
from domain.friendship import Friendship
from domain.identifiers import TopicId, UserId
from domain.ledger import LedgerReason
from domain.ledger_check import LedgerDifference, Quantity
from domain.topic_metrics import TopicMetrics
from tests.contracts.storage import Storage
from tests.examples import USER, a_ledger_entry, a_session

MOVIE, PETS = TopicId("movie"), TopicId("pets")
SCORE, TURNS = Quantity.SCORE, Quantity.TURNS


async def _grow(storage: Storage, *changes: float, user: str = USER, topic: str | None = MOVIE) -> Friendship:
    """As scoring does it."""
    async with storage.unit_of_work() as work:
        friendship = await work.friendships.held(UserId(user))
        for number, change in enumerate(changes):
            name = f"{topic}_{number}_{friendship.score}"
            entry = a_ledger_entry(change, user_id=user, conversation_id=name, topic_id=topic)
            friendship = friendship.grown_by(entry, a_session())
            await work.ledger.append(entry)
        await work.friendships.save(friendship)
        await work.commit()
    return friendship


async def _check(storage: Storage, *, after: UserId | None = None, users: int = 100) -> LedgerCheck:
    async with storage.unit_of_work() as work:
        return await work.ledger.check(after=after, users=users)


async def _differences(storage: Storage) -> list[tuple[str | None, Quantity, float, float]]:
    found = (await _check(storage)).differences
    return [(one.topic_id, one.quantity, one.expected, one.found) for one in found]


async def test_an_empty_ledger_has_no_differences(storage: Storage) -> None:
    assert await _check(storage) == LedgerCheck(differences=[], users=0, entries=0, up_to=None)


async def test_what_scoring_wrote_is_right(storage: Storage) -> None:
    await _grow(storage, *([0.1] * 30))
    await _grow(storage, 7.0, 1.0, topic=PETS)
    await _grow(storage, 7.0, topic=None)
    await _grow(storage, 7.0, user="user_7")

    assert await _check(storage) == LedgerCheck(differences=[], users=2, entries=34, up_to=None)


async def test_a_stranger_without_a_ledger_is_right(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)
        await work.commit()

    assert await _check(storage) == LedgerCheck(differences=[], users=1, entries=0, up_to=None)


async def test_a_correction_counts_too(storage: Storage) -> None:
    friendship = await _grow(storage, 10.0)
    correction = replace(
        a_ledger_entry(-4.0, conversation_id="movie_0_0.0", revision=1, topic_id=MOVIE, turns=0),
        reason=LedgerReason.HEALED,
    )
    async with storage.unit_of_work() as work:
        await work.friendships.held(USER)
        await work.friendships.save(friendship.corrected_by(correction))
        await work.ledger.append(correction)
        await work.commit()

    assert await _differences(storage) == []


async def test_every_wrong_number_is_told(storage: Storage) -> None:
    right = await _grow(storage, 10.0)
    wrong = TopicMetrics(score=1.0, turns=2)
    await storage.keep_friendship(replace(right, score=12.0, topics={MOVIE: wrong, PETS: wrong}))

    found = (await _check(storage)).differences

    assert found[0] == LedgerDifference(user_id=USER, topic_id=None, quantity=SCORE, expected=10.0, found=12.0)
    assert await _differences(storage) == [
        (None, SCORE, 10.0, 12.0),
        (MOVIE, SCORE, 10.0, 1.0),
        (MOVIE, TURNS, 3.0, 2.0),
        (PETS, SCORE, 0.0, 1.0),
        (PETS, TURNS, 0.0, 2.0),
    ]


async def test_entries_of_a_user_that_is_not_there_are_told(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.ledger.append(a_ledger_entry(10.0, topic_id=MOVIE))
        await work.commit()

    assert await _differences(storage) == [
        (None, SCORE, 10.0, 0.0),
        (MOVIE, SCORE, 10.0, 0.0),
        (MOVIE, TURNS, 3.0, 0.0),
    ]


@pytest.mark.parametrize(("change", "expected"), [(1e-7, []), (1e-5, [(None, SCORE, 10.0, 10.00001)])])
async def test_what_comes_from_adding_floats_is_no_difference(
    storage: Storage, change: float, expected: list[object]
) -> None:
    right = await _grow(storage, 10.0)
    await storage.keep_friendship(replace(right, score=right.score + change))

    assert await _differences(storage) == expected


async def test_a_friendship_below_zero_counts_as_zero(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)
        await work.ledger.append(a_ledger_entry(-5.0))
        await work.commit()

    assert await _differences(storage) == []


async def test_users_are_checked_in_stretches_that_leave_nobody_out(storage: Storage) -> None:
    users = [f"user_{letter}" for letter in "abcde"]
    for user in users:
        await _grow(storage, 1.0, 2.0, user=user)
    async with storage.unit_of_work() as work:
        await work.ledger.append(a_ledger_entry(5.0, user_id="user_f", conversation_id="lost"))
        await work.commit()

    checks, after, ended = [], None, False
    while not ended:
        checks.append(await _check(storage, after=after, users=2))
        after, ended = checks[-1].up_to, checks[-1].up_to is None

    assert sum(check.users for check in checks) == 6
    assert sum(check.entries for check in checks) == 11
    assert [found.user_id for check in checks for found in check.differences] == ["user_f"]
