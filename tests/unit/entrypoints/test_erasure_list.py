import json
from datetime import UTC, datetime

import pytest

from entrypoints.cli.erasure_list import InvalidList, listed, logged

NOON, EVENING = datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 1, 31, 18, tzinfo=UTC)


def _told(user: str = "user_1", at: datetime = NOON, **changed: str) -> str:
    line = {
        "event": "audit",
        "operation": "erase user",
        "outcome": "done",
        "user_id": user,
        "erased_at": at.isoformat(),
    }
    return json.dumps(line | changed) + "\n"


def test_a_list_is_one_id_a_line() -> None:
    assert listed(["user_1\n", "\n", "a b\r\n", "user_1\n"]) == {"user_1": None, "a b": None}


@pytest.mark.parametrize("line", ["ab", "a" * 256, "user\0"])
def test_what_can_be_no_id_is_told_with_its_line(line: str) -> None:
    with pytest.raises(InvalidList, match="line 2"):
        listed(["user_1", line])


def test_of_a_log_only_erasures_that_were_done_are_taken() -> None:
    lines = [
        "Starting up\n",
        "[1, 2]\n",
        '{"event": "audit"\n',
        _told("user_1"),
        _told("user_2", outcome="refused"),
        _told("user_3", outcome="failed"),
        _told("user_4", operation="skip event"),
        _told("user_5", event="attempt ended"),
    ]

    assert logged(lines, since=NOON) == {"user_1": NOON}


def test_each_counts_as_of_the_last_time_and_who_was_erased_before_is_left_alone() -> None:
    lines = [_told("user_1", EVENING), _told("user_1", NOON), _told("user_2", NOON)]

    assert logged(lines, since=NOON) == {"user_1": EVENING, "user_2": NOON}
    assert logged(lines, since=EVENING) == {"user_1": EVENING}


@pytest.mark.parametrize("changed", [{"erased_at": "noon"}, {"erased_at": ""}, {"erased_at": "2026-01-31T12:00:00"}])
def test_an_erasure_that_cannot_be_read_is_told_with_its_line(changed: dict[str, str]) -> None:
    with pytest.raises(InvalidList, match="line 1"):
        logged([_told("user_1", NOON, **changed)], since=NOON)
