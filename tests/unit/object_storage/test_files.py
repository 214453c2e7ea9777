import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.errors import LogStoreUnavailable, LogUnavailable
from domain.identifiers import EventId
from infrastructure.in_memory.clock import FakeClock
from infrastructure.object_storage.files import FileConversationLogs

FAR_AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
EVENT = EventId(1)


def logs_in(directory: Path) -> FileConversationLogs:
    clock = FakeClock(datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    return FileConversationLogs(directory=directory, clock=clock, limit=timedelta(seconds=10))


async def test_a_log_lies_in_the_directory_of_its_day(tmp_path: Path) -> None:
    kept = await logs_in(tmp_path).keep(b"log")

    (file,) = (tmp_path / "2026" / "11" / "23").iterdir()
    assert kept.location == f"file:2026/11/23/{file.name}"
    assert file.suffix == ".zst"
    assert file.read_bytes() == b"log"


async def test_the_day_of_a_log_is_that_of_utc(tmp_path: Path) -> None:
    late = datetime.fromisoformat("2026-11-24T05:00:00+07:00")
    logs = FileConversationLogs(directory=tmp_path, clock=FakeClock(late), limit=timedelta(seconds=10))

    assert (await logs.keep(b"log")).location.startswith("file:2026/11/23/")


async def test_a_kept_log_and_every_name_on_the_way_to_it_reached_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    really = os.fsync

    def watched(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        really(descriptor)

    monkeypatch.setattr(os, "fsync", watched)

    kept = await logs_in(tmp_path).keep(b"log")

    file = tmp_path / kept.location.removeprefix("file:")
    assert flushed == [file, *list(file.parents)[:4]]
    assert flushed[-1] == tmp_path


async def test_a_missing_directory_is_not_created_in_place_of_a_volume(tmp_path: Path) -> None:
    directory = tmp_path / "not mounted"

    with pytest.raises(LogStoreUnavailable):
        await logs_in(directory).keep(b"log")

    assert not directory.exists()


async def test_a_directory_that_vanished_cannot_tell_whether_there_is_a_log(tmp_path: Path) -> None:
    logs = logs_in(tmp_path / "volume")
    (tmp_path / "volume").mkdir()
    kept = await logs.keep(b"log")
    shutil.rmtree(tmp_path / "volume")

    with pytest.raises(LogStoreUnavailable):
        await logs.fetch(EVENT, kept.location)


@pytest.mark.parametrize("key", ["../secret", "2026/11/23/../../../secret", "secret", "/etc/passwd", ""])
async def test_nothing_but_a_log_is_read_or_deleted(tmp_path: Path, key: str) -> None:
    directory = tmp_path / "logs"
    directory.mkdir()
    for secret in (tmp_path / "secret", directory / "secret"):
        secret.write_bytes(b"secret")

    with pytest.raises(LogUnavailable):
        await logs_in(directory).fetch(EVENT, f"file:{key}")
    with pytest.raises(LogUnavailable):
        await logs_in(directory).delete(f"file:{key}")

    assert (tmp_path / "secret").exists()
    assert (directory / "secret").exists()


async def test_what_others_put_into_the_directory_is_not_listed(tmp_path: Path) -> None:
    logs = logs_in(tmp_path)
    kept = await logs.keep(b"log")
    (tmp_path / "notes.txt").write_text("somebody's own")
    (tmp_path / "2026" / "11" / "23" / "backup.zst").write_text("somebody's own")

    assert [location async for location in logs.listed(older_than=FAR_AHEAD)] == [kept.location]


async def test_more_logs_than_a_page_holds_are_all_listed(tmp_path: Path) -> None:
    logs = logs_in(tmp_path)
    kept = await logs.keep(b"log")
    day = (tmp_path / kept.location.removeprefix("file:")).parent
    for number in range(1200):
        (day / f"00000000-0000-4000-8000-{number:012}.zst").touch()

    assert len([location async for location in logs.listed(older_than=FAR_AHEAD)]) == 1201
