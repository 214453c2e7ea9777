import pytest

from application.errors import DependencyUnavailable
from tests.contracts.storage import Storage, a_new_event
from tests.examples import USER, a_friendship, a_ledger_entry


class StopHere(Exception):
    pass


async def _write_everything(storage: Storage, *, commit: bool) -> None:
    async with storage.unit_of_work() as work:
        await work.events.add(a_new_event(), b"log")
        await work.friendships.held(USER)
        await work.friendships.save(a_friendship(score=7.0))
        await work.ledger.append(a_ledger_entry())
        if commit:
            await work.commit()
        raise StopHere


async def _seen_by_others(storage: Storage) -> tuple[bool, bool, int]:
    async with storage.unit_of_work() as work:
        event = await work.events.find(a_new_event().conversation_id)
        friendship = await work.friendships.find(USER)
        _, entries = await work.ledger.of_user(USER, limit=1, offset=0)
    return event is not None, friendship is not None, entries


async def test_what_is_committed_is_there_for_others_whatever_follows(storage: Storage) -> None:
    with pytest.raises(StopHere):
        await _write_everything(storage, commit=True)

    assert await _seen_by_others(storage) == (True, True, 1)


async def test_an_error_before_the_commit_undoes_everything(storage: Storage) -> None:
    with pytest.raises(StopHere):
        await _write_everything(storage, commit=False)

    assert await _seen_by_others(storage) == (False, False, 0)


async def test_leaving_without_a_commit_undoes_everything(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.friendships.introduce(USER)

    assert await _seen_by_others(storage) == (False, False, 0)


async def test_a_unit_of_work_sees_its_own_writing(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        event = await work.events.add(a_new_event(), b"log")
        await work.friendships.introduce(USER)

        assert event is not None
        assert await work.events.get(event.event_id) == event
        assert await work.friendships.find(USER) == a_friendship()


async def test_an_unreachable_database_is_an_unavailable_dependency(unreachable_storage: Storage) -> None:
    with pytest.raises(DependencyUnavailable):
        await unreachable_storage.friendship()
