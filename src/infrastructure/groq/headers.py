"""What the service tells in headers about when to come back, and about what is left of our limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

ALLOWANCES = ("requests", "tokens")
DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?", re.ASCII)
SECONDS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAllowance:
    name: str
    left: int
    resets_in: timedelta
    limit: int | None


def told_allowances(headers: Mapping[str, str]) -> Iterator[ToldAllowance]:
    """Of requests and of tokens; what is missing or cannot be read is not told."""
    for name in ALLOWANCES:
        left = _count(headers.get(f"x-ratelimit-remaining-{name}"))
        resets_in = duration(headers.get(f"x-ratelimit-reset-{name}"))
        if left is not None and resets_in is not None:
            limit = _count(headers.get(f"x-ratelimit-limit-{name}"))
            yield ToldAllowance(name=name, left=left, resets_in=resets_in, limit=limit)


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """In seconds, or as a date."""
    value = headers.get("retry-after", "").strip()
    if not value or len(value) > 2 * LONGEST_NUMBER:
        return None
    return duration(value) if value[0].isdigit() else _until(value)


def duration(value: str | None) -> timedelta | None:
    """``2m59.56s``, ``7.66s``, ``120ms``, or plain seconds."""
    value = (value or "").strip()
    if not value or len(value) > LONGEST_NUMBER:
        return None
    if SECONDS.fullmatch(value):
        return _sum(seconds=float(value))
    matched = DURATION.fullmatch(value)
    if matched is None:
        return None
    days, hours, minutes, seconds, milliseconds = (float(part or 0) for part in matched.groups())
    return _sum(days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds)


def _sum(**parts: float) -> timedelta | None:
    try:
        return timedelta(**parts)
    except OverflowError:
        return None


def _until(date: str) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(0), moment - datetime.now(UTC))


def _count(value: str | None) -> int | None:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER else None
