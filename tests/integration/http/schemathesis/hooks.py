"""What JSON Schema cannot say of a body that fits; bodies that are meant not to fit stay as they are."""

from datetime import datetime, timedelta
from typing import Any

import schemathesis

from domain.friendship_level import FriendshipLevel

ONE = timedelta(seconds=1)


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    if case.meta is None or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return
    mend = MENDING.get(f"{case.method} {case.path}")
    if mend:
        mend(case.body)


def _ends_after_its_start(body: dict[str, Any]) -> None:
    start, end = (_moment(body[name]) for name in ("start_time", "end_time"))
    if end < start:
        body["start_time"], body["end_time"] = body["end_time"], body["start_time"]
    elif end == start:
        body["end_time"] = (end + ONE).isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.upper())


def _has_one_persona_a_level(body: dict[str, Any]) -> None:
    by_level = {persona["friendship_level"]: persona for persona in body["personas"]}
    body["personas"] = list(by_level.values())


def _greets_at_every_level(body: dict[str, Any]) -> None:
    """So that whoever asks for a suggestion later finds one."""
    greeting = {
        "topic_id": "hello",
        "agent_id": "general_greeting",
        "agent_type": "GREETING",
        "talking_agenda": "Hello",
    }
    body["agendas"] += [greeting | {"friendship_level": level} for level in FriendshipLevel]


def _fits_and_greets(body: dict[str, Any]) -> None:
    _has_one_persona_a_level(body)
    _greets_at_every_level(body)


def _writes_whole_numbers_without_a_fraction(body: dict[str, Any]) -> None:
    """For JSON Schema 7.0 is an integer; on the wire it is a number with a fraction."""
    if isinstance(seed := body.get("seed"), float):
        body["seed"] = int(seed)


MENDING = {
    "POST /v1/conversations/end": _ends_after_its_start,
    "PUT /v1/catalogue": _fits_and_greets,
    "POST /v1/activities/suggest": _writes_whole_numbers_without_a_fraction,
}
