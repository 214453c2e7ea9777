import json
from datetime import UTC, datetime, timedelta

import pytest

from application.errors import BackupDamaged, BackupNotFound, DependencyUnavailable, RestoreRefused
from application.use_cases.back_up_database import BackUpDatabase
from application.use_cases.copy_backup import CopyBackup
from application.use_cases.forget_old_backups import ForgetOldBackups
from application.use_cases.restore_database import RestoreDatabase
from infrastructure.in_memory.backup_shelf import InMemoryBackupShelf
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.database_dumps import InMemoryDatabaseDumps

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ROWS = {"friendships": ["ana", "bo"], "score_ledger": ["ana +4"]}


@pytest.fixture
def shelf() -> InMemoryBackupShelf:
    return InMemoryBackupShelf()


def _backing_up(dumps: InMemoryDatabaseDumps, shelf: InMemoryBackupShelf) -> BackUpDatabase:
    return BackUpDatabase(dumps=dumps, shelf=shelf, clock=FakeClock(NOON), version="1.2.3")


def _database(**given: list[str]) -> InMemoryDatabaseDumps:
    return InMemoryDatabaseDumps(tables=dict(given))


async def test_a_backup_brings_back_what_was_there(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()

    empty = _database(friendships=[])
    restored = await RestoreDatabase(dumps=empty, shelf=shelf)()

    assert restored == taken
    assert empty.tables == ROWS


async def test_a_manifest_tells_what_a_person_needs_to_choose(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()

    manifest = json.loads(shelf.manifests[taken.name])

    assert taken.name == "context-handling-20260131T120000000000Z"
    assert manifest["version"] == "1.2.3"
    assert manifest["schema_revision"] == "0002"
    assert manifest["rows"] == {"friendships": 2, "score_ledger": 1}
    assert manifest["size_bytes"] == len(shelf.dumps[taken.name])


async def test_a_dump_that_breaks_off_leaves_no_backup(shelf: InMemoryBackupShelf) -> None:
    dumps = InMemoryDatabaseDumps(tables=ROWS, breaks_off=True)

    with pytest.raises(DependencyUnavailable):
        await _backing_up(dumps, shelf)()

    assert await shelf.names() == []
    assert shelf.dumps == {}


async def test_a_database_that_holds_something_is_not_overwritten_unasked(shelf: InMemoryBackupShelf) -> None:
    await _backing_up(_database(**ROWS), shelf)()
    other = _database(friendships=["cy"])
    restore = RestoreDatabase(dumps=other, shelf=shelf)

    with pytest.raises(RestoreRefused, match="not empty"):
        await restore()
    assert other.tables == {"friendships": ["cy"]}

    await restore(replace=True)
    assert other.tables == ROWS


async def test_a_database_in_use_is_not_overwritten_at_all(shelf: InMemoryBackupShelf) -> None:
    await _backing_up(_database(**ROWS), shelf)()

    with pytest.raises(RestoreRefused, match="2 connections"):
        await RestoreDatabase(dumps=InMemoryDatabaseDumps(connected=2), shelf=shelf)(replace=True)


async def test_a_changed_byte_is_noticed_before_anything_is_changed(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    shelf.dumps[taken.name] = shelf.dumps[taken.name].replace(b"+4", b"+9")
    empty = _database()

    with pytest.raises(BackupDamaged, match="checksum"):
        await RestoreDatabase(dumps=empty, shelf=shelf)()
    assert empty.tables == {}


@pytest.mark.parametrize("manifest", [b"", b"{", b"[]", b"{}", b'{"name": 1}'])
async def test_a_manifest_nobody_can_read_is_said_to_be_damaged(shelf: InMemoryBackupShelf, manifest: bytes) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    shelf.manifests[taken.name] = manifest

    with pytest.raises(BackupDamaged, match="manifest"):
        await RestoreDatabase(dumps=_database(), shelf=shelf)()


async def test_the_manifest_of_another_backup_is_not_believed(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    shelf.manifests["other"] = shelf.manifests[taken.name]

    with pytest.raises(BackupDamaged, match="is that of"):
        await RestoreDatabase(dumps=_database(), shelf=shelf)("other")


async def test_rows_that_do_not_come_out_again_are_noticed(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    shelf.manifests[taken.name] = shelf.manifests[taken.name].replace(b'"friendships": 2', b'"friendships": 3')

    with pytest.raises(BackupDamaged, match="what came out"):
        await RestoreDatabase(dumps=_database(), shelf=shelf)()


async def test_a_schema_of_the_future_is_not_restored(shelf: InMemoryBackupShelf) -> None:
    await _backing_up(InMemoryDatabaseDumps(revision="0099"), shelf)()

    with pytest.raises(RestoreRefused, match=r"version 1\.2\.3"):
        await RestoreDatabase(dumps=_database(), shelf=shelf)()


async def test_an_old_schema_is_brought_up(shelf: InMemoryBackupShelf) -> None:
    await _backing_up(InMemoryDatabaseDumps(revision="0001"), shelf)()
    dumps = _database()

    await RestoreDatabase(dumps=dumps, shelf=shelf)()

    assert dumps.revision == "0002"


async def test_without_any_backup_nothing_is_restored(shelf: InMemoryBackupShelf) -> None:
    with pytest.raises(BackupNotFound):
        await RestoreDatabase(dumps=_database(), shelf=shelf)()


async def test_the_newest_backups_are_kept(shelf: InMemoryBackupShelf) -> None:
    clock = FakeClock(NOON)
    back_up = BackUpDatabase(dumps=_database(**ROWS), shelf=shelf, clock=clock, version="1.2.3")
    names = []
    for _ in range(4):
        names.append((await back_up()).name)
        clock.advance(timedelta(hours=1))

    forgotten = await ForgetOldBackups(shelf=shelf)(keep=3)

    assert forgotten == names[:1]
    assert await shelf.names() == names[1:]
    assert set(shelf.dumps) == set(names[1:])


async def test_the_newest_is_copied_to_another_shelf_and_restored_from_there(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    elsewhere, dumps = InMemoryBackupShelf(), _database()
    copy = CopyBackup(source=shelf, destination=elsewhere)

    assert await copy() == taken.name
    assert await copy() == taken.name
    await RestoreDatabase(dumps=dumps, shelf=elsewhere)()

    assert dumps.tables == ROWS


async def test_what_is_damaged_is_not_copied_and_comes_when_it_is_whole_again(shelf: InMemoryBackupShelf) -> None:
    taken = await _backing_up(_database(**ROWS), shelf)()
    whole, elsewhere = shelf.dumps[taken.name], InMemoryBackupShelf()
    shelf.dumps[taken.name] = whole.replace(b"+4", b"+9")
    copy = CopyBackup(source=shelf, destination=elsewhere)

    with pytest.raises(BackupDamaged, match="checksum"):
        await copy()
    assert (elsewhere.manifests, elsewhere.dumps) == ({}, {})

    shelf.dumps[taken.name] = whole
    assert await copy() == taken.name
    assert elsewhere.dumps == {taken.name: whole}


async def test_there_must_be_something_to_copy(shelf: InMemoryBackupShelf) -> None:
    with pytest.raises(BackupNotFound):
        await CopyBackup(source=InMemoryBackupShelf(), destination=shelf)()
