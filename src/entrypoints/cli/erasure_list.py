"""Lists of children who are to be erased: one id a line, or lines of the log, in which erasures stand among others."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.identifiers import UserId
from entrypoints.bootstrap.audit import AuditOutcome, Operation

SHORTEST, LONGEST = 3, 255
Erasures = Mapping[UserId, datetime | None]
"""Whom, and as of when: None is now."""
_SIGNS = {"event": "audit", "operation": Operation.ERASE_USER.value, "outcome": AuditOutcome.DONE.value}


class InvalidList(Exception):
    pass


def listed(lines: Iterable[str]) -> Erasures:
    """Empty lines are passed over. Raises InvalidList for what can be no id, before anybody is erased."""
    found: dict[UserId, datetime | None] = {}
    for number, line in enumerate(lines, start=1):
        user_id = line.rstrip("\r\n")
        if not user_id:
            continue
        if not SHORTEST <= len(user_id) <= LONGEST or "\0" in user_id:
            raise InvalidList(f"line {number} is no user id: {SHORTEST} to {LONGEST} characters, one id a line")
        found[UserId(user_id)] = None
    return found


def logged(lines: Iterable[str], *, since: datetime) -> Erasures:
    """Those that were erased then or later, as of the latest time. Every other line is passed over.

    Raises InvalidList for an erasure that cannot be read.
    """
    found: dict[UserId, datetime | None] = {}
    for number, line in enumerate(lines, start=1):
        document = _document(line)
        if any(document.get(name) != value for name, value in _SIGNS.items()):
            continue
        user_id, erased_at = _erasure(document, number)
        if erased_at >= since:
            found[user_id] = max(found.get(user_id) or erased_at, erased_at)
    return found


def _document(line: str) -> Mapping[str, object]:
    """Nothing, for what is no line of ours."""
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _erasure(document: Mapping[str, object], number: int) -> tuple[UserId, datetime]:
    try:
        user_id, erased_at = str(document["user_id"]), datetime.fromisoformat(str(document["erased_at"]))
    except (KeyError, ValueError) as error:
        raise _unreadable(number) from error
    if erased_at.tzinfo is None:
        raise _unreadable(number)
    return UserId(user_id), erased_at


def _unreadable(number: int) -> InvalidList:
    return InvalidList(f"line {number} tells of an erasure, but not of whom and when")
