import asyncio
from datetime import timedelta

import pytest

from application.errors import Conflict
from domain.identifiers import UserId
from domain.ledger import LedgerEntry, LedgerReason
from tests.contracts.storage import Storage
from tests.examples import ENDED, USER, a_ledger_entry

SECOND = timedelta(seconds=1)


async def _append(storage: Storage, entry: LedgerEntry) -> None:
    async with storage.unit_of_work() as work:
        await work.ledger.append(entry)
        await work.commit()


async def _page(
    storage: Storage, *, user: UserId = USER, limit: int = 10, offset: int = 0
) -> tuple[list[LedgerEntry], int]:
    async with storage.unit_of_work() as work:
        entries, total = await work.ledger.of_user(user, limit=limit, offset=offset)
    return list(entries), total


async def test_an_unknown_user_has_an_empty_ledger(storage: Storage) -> None:
    assert await _page(storage) == ([], 0)


@pytest.mark.parametrize("topic_id", ["movie", None])
@pytest.mark.parametrize("reason", LedgerReason)
async def test_an_entry_reads_back_as_it_was_written(
    storage: Storage, topic_id: str | None, reason: LedgerReason
) -> None:
    entry = a_ledger_entry(-12.3456, topic_id=topic_id, reason=reason, revision=3)

    await _append(storage, entry)

    assert await _page(storage) == ([entry], 1)


async def test_a_revision_is_written_once(storage: Storage) -> None:
    entry = a_ledger_entry(10.0)
    await _append(storage, entry)

    with pytest.raises(Conflict):
        await _append(storage, a_ledger_entry(99.0))

    assert await _page(storage) == ([entry], 1)


async def test_of_concurrent_writers_of_a_revision_one_succeeds(storage: Storage) -> None:
    outcomes = await asyncio.gather(*(_append(storage, a_ledger_entry()) for _ in range(5)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome] == [Conflict] * 4
    assert (await _page(storage))[1] == 1


async def test_other_revisions_conversations_and_users_have_entries_of_their_own(storage: Storage) -> None:
    await _append(storage, a_ledger_entry())
    await _append(storage, a_ledger_entry(revision=1, reason=LedgerReason.HEALED))
    await _append(storage, a_ledger_entry(conversation_id="conv_0002"))
    await _append(storage, a_ledger_entry(user_id="user_7"))

    assert (await _page(storage))[1] == 3
    assert (await _page(storage, user=UserId("user_7")))[1] == 1


async def test_a_page_of_the_ledger_is_newest_first_and_knows_the_total(storage: Storage) -> None:
    entries = [a_ledger_entry(conversation_id=f"conv_{n}", created_at=ENDED + n * SECOND) for n in range(5)]
    for entry in entries:
        await _append(storage, entry)

    assert await _page(storage, limit=2) == ([entries[4], entries[3]], 5)
    assert await _page(storage, limit=2, offset=3) == ([entries[1], entries[0]], 5)
    assert await _page(storage, limit=2, offset=9) == ([], 5)
