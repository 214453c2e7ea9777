"""What a backup of the database is, and which of several have had their time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

_PREFIX = "context-handling"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseContents:
    """What is in the database at one moment."""

    schema_revision: str
    """Of the migration that made its tables."""
    rows: Mapping[str, int]
    """By table."""
    logs_elsewhere: Mapping[str, int]
    """Logs that lie outside the database and are in no dump of it, by the kind of store: ``{"s3": 12}``."""

    @property
    def is_empty(self) -> bool:
        return not any(self.rows.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A dump of the database, and what is known of it without opening it."""

    name: str
    taken_at: datetime
    version: str
    """Of the program that took it."""
    contents: DatabaseContents
    size_bytes: int
    sha256: str
    """Of the dump, hexadecimal."""


def backup_name(taken_at: datetime) -> str:
    """In the order of names backups are in the order of time."""
    return f"{_PREFIX}-{taken_at:%Y%m%dT%H%M%S%fZ}"


def outlived(names: Iterable[str], *, keep: int) -> Sequence[str]:
    """All but the newest ``keep``, the oldest first."""
    if keep < 1:
        raise ValueError("the newest backup is always kept")
    return sorted(names)[:-keep]
