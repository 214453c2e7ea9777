"""Names of objects: the day, so that a person finds his way, and a random rest, so that no two writers meet."""

import re
import uuid
from datetime import UTC, datetime

SUFFIX = ".zst"
_OURS = re.compile(r"\d{4}/\d{2}/\d{2}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.zst", re.ASCII)


def new_key(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y/%m/%d}/{uuid.uuid4()}{SUFFIX}"


def is_key(name: str) -> bool:
    """Whether we made this name. Nothing else is ever read or deleted, whatever lies in the same place."""
    return _OURS.fullmatch(name) is not None
