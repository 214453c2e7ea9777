import os
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from application.errors import BackupNotFound, DependencyUnavailable
from application.ports.backup_shelf import BackupShelf
from infrastructure.backup_directory.shelf import DirectoryBackupShelf
from infrastructure.in_memory.backup_shelf import InMemoryBackupShelf
from infrastructure.object_storage.backups import backups_in_bucket, backups_in_directory
from infrastructure.object_storage.s3 import s3_store
from infrastructure.telemetry.backups import CountedBackupShelf
from tests.servers.object_store import ACCESS_KEY_ID, PREFIX, SECRET_ACCESS_KEY, Bucket

LIMIT = timedelta(seconds=10)
LARGE = [bytes([number]) * 3_000_000 for number in range(7)]  # more than one part of an upload
WITHOUT_SERVER = ("in memory", "directory", "object files", "counted")


@pytest.fixture(params=[*WITHOUT_SERVER, pytest.param("s3", marks=pytest.mark.servers)])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> BackupShelf:
    if request.param == "s3":
        bucket: Bucket = request.getfixturevalue("bucket")
        return _in_bucket(bucket.endpoint_url, bucket.name)
    makers: dict[str, Callable[[], BackupShelf]] = {
        "in memory": InMemoryBackupShelf,
        "directory": lambda: DirectoryBackupShelf(directory=tmp_path),
        "object files": lambda: backups_in_directory(tmp_path, limit=LIMIT, whole_limit=LIMIT),
        "counted": lambda: CountedBackupShelf(shelf=InMemoryBackupShelf(), told=lambda size: None),
    }
    return makers[request.param]()


@pytest.fixture(params=["in memory", "directory", "object files", "s3"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> BackupShelf:
    makers: dict[str, Callable[[], BackupShelf]] = {
        "in memory": lambda: InMemoryBackupShelf(reachable=False),
        "directory": lambda: DirectoryBackupShelf(directory=tmp_path / "missing"),
        "object files": lambda: backups_in_directory(tmp_path / "missing", limit=LIMIT, whole_limit=LIMIT),
        "s3": lambda: _in_bucket("http://127.0.0.1:1", "bucket"),
    }
    return makers[request.param]()


async def test_what_was_put_comes_out_again(shelf: BackupShelf) -> None:
    await shelf.put_dump("one", _pieces(LARGE))
    await shelf.put_manifest("one", b"{}")

    assert await _all(shelf.dump("one")) == b"".join(LARGE)
    assert await shelf.manifest("one") == b"{}"


async def test_a_dump_is_a_backup_once_it_has_its_manifest(shelf: BackupShelf) -> None:
    await shelf.put_dump("two", _pieces([b"2"]))
    await shelf.put_dump("one", _pieces([b"1"]))
    await shelf.put_manifest("two", b"{}")
    assert await shelf.names() == ["two"]

    await shelf.put_manifest("one", b"{}")
    assert await shelf.names() == ["one", "two"]


async def test_pieces_that_break_off_leave_no_dump(shelf: BackupShelf) -> None:
    with pytest.raises(DependencyUnavailable):
        await shelf.put_dump("one", _breaking_off())

    with pytest.raises(BackupNotFound):
        await _all(shelf.dump("one"))


async def test_what_is_removed_is_gone_however_often(shelf: BackupShelf) -> None:
    await shelf.put_dump("one", _pieces([b"1"]))
    await shelf.put_manifest("one", b"{}")

    for _ in range(2):
        await shelf.remove("one")
        assert await shelf.names() == []
    with pytest.raises(BackupNotFound):
        await shelf.manifest("one")


@pytest.mark.parametrize("name", ["nothing", "../one", "a/b"])
async def test_what_is_not_there_is_not_found(shelf: BackupShelf, name: str) -> None:
    with pytest.raises(BackupNotFound):
        await shelf.manifest(name)
    with pytest.raises(BackupNotFound):
        await _all(shelf.dump(name))


async def test_a_place_that_is_away_says_so(away: BackupShelf) -> None:
    with pytest.raises(DependencyUnavailable):
        await away.names()
    with pytest.raises(DependencyUnavailable):
        await away.put_dump("one", _pieces([b"1"]))


async def test_only_its_owner_reads_a_backup_and_what_killed_processes_left_is_swept(tmp_path: Path) -> None:
    shelf = DirectoryBackupShelf(directory=tmp_path)
    half, abandoned = tmp_path / "one.dump.unfinished", tmp_path / "old.dump.unfinished"
    for left in (half, abandoned):
        left.write_bytes(b"half")
    os.utime(abandoned, (0, 0))

    await shelf.put_dump("one", _pieces([b"1"]))
    await shelf.put_manifest("one", b"{}")

    assert _modes(tmp_path) == {"one.dump": "0o600", "one.json": "0o600"}


def _modes(directory: Path) -> dict[str, str]:
    return {file.name: oct(file.stat().st_mode & 0o777) for file in directory.iterdir()}


def _in_bucket(endpoint_url: str, bucket: str) -> BackupShelf:
    store = s3_store(
        bucket,
        prefix=PREFIX,
        limit=LIMIT,
        endpoint_url=endpoint_url,
        region="us-east-1",
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=SECRET_ACCESS_KEY,
    )
    return backups_in_bucket(store, limit=LIMIT, whole_limit=LIMIT)


async def _pieces(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _breaking_off() -> AsyncIterator[bytes]:
    for piece in LARGE[:4]:
        yield piece
    raise DependencyUnavailable("the dump broke off")


async def _all(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])
