"""Where backups lie and what makes them, as the settings say."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from application.ports.backup_shelf import BackupShelf
from entrypoints.bootstrap.log_stores import s3_store_at
from entrypoints.bootstrap.setting_groups.log_store import DatabasePlace, FilePlace, S3Place, places
from entrypoints.bootstrap.settings import Settings
from infrastructure.backup_directory.shelf import DirectoryBackupShelf
from infrastructure.object_storage.backups import backups_in_bucket, backups_in_directory
from infrastructure.postgres.dumps.dumps import PostgresDumps
from infrastructure.private_postgres.binaries import wheel_binaries
from infrastructure.telemetry.backups import CountedBackupShelf

PART_LIMIT = timedelta(minutes=1)
DUMP_LIMIT = timedelta(hours=6)
_DEBIAN = Path("/usr/lib/postgresql")

Told = Callable[[int], None]
"""Is told how many bytes more have been moved."""


def dumps(database_url: str) -> PostgresDumps:
    return PostgresDumps(database_url=database_url, program_directories=list(_program_directories()))


def directory_shelf(directory: Path, told: Told) -> BackupShelf:
    return CountedBackupShelf(shelf=DirectoryBackupShelf(directory=directory), told=told)


def remote_shelf(settings: Settings) -> BackupShelf | None:
    """In the object store of the logs. None: logs lie in the database, which is no place for its own backup."""
    match places(settings.log_store)[0]:
        case FilePlace(directory=directory):
            return backups_in_directory(directory, limit=PART_LIMIT, whole_limit=DUMP_LIMIT)
        case S3Place() as place:
            store = s3_store_at(place, settings.log_store, PART_LIMIT)
            return backups_in_bucket(store, limit=PART_LIMIT, whole_limit=DUMP_LIMIT)
        case DatabasePlace():
            return None


def _program_directories() -> Iterator[Path]:
    """Of PostgreSQL's client programs; where two have the same version, the first is taken."""
    if chosen := os.environ.get("PG_BINDIR"):
        yield Path(chosen).resolve()
    yield from sorted(_DEBIAN.glob("*/bin"))
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    yield from (binaries.directory for binaries in wheel_binaries())
