from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ended_conversation import EndsBeforeItStarts, candidate_ids
from tests.examples import ENDED, STARTED, a_reported_conversation

ENDS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - given one


@pytest.mark.parametrize("end_time", [STARTED, STARTED - timedelta(seconds=1)])
def test_a_conversation_must_end_after_it_starts(end_time: datetime) -> None:
    with pytest.raises(EndsBeforeItStarts):
        a_reported_conversation(end_time=end_time)


def test_a_duration_is_in_seconds() -> None:
    assert a_reported_conversation(end_time=STARTED + timedelta(minutes=20)).duration_seconds == 1200.0


@pytest.mark.parametrize("bot_type", ["NEXT_LESSON", "next lesson", " Next-Lesson "])
def test_a_lesson_has_no_memories(bot_type: str) -> None:
    assert not a_reported_conversation(bot_type=bot_type).has_memories


@pytest.mark.parametrize("bot_type", ["TALK", "GAME", "LESSON", "NEXT_LESSON_2", ""])
def test_anything_but_a_lesson_has_memories(bot_type: str) -> None:
    assert a_reported_conversation(bot_type=bot_type).has_memories


def test_a_reused_id_gets_the_local_time_and_then_a_number() -> None:
    reported = a_reported_conversation("conv_0001", end_time=datetime(2025, 11, 26, 17, 4, 9, tzinfo=UTC))

    candidates = list(islice(candidate_ids(reported), 4))

    assert candidates == [
        "conv_0001",
        "conv_0001_20251127_000409",
        "conv_0001_20251127_000409_2",
        "conv_0001_20251127_000409_3",
    ]


@given(conversation_id=st.text(min_size=3, max_size=255), end_time=ENDS)
def test_candidate_ids_are_distinct_and_all_tell_the_id_reported(conversation_id: str, end_time: datetime) -> None:
    start_time = end_time.astimezone(UTC) - timedelta(minutes=1)
    reported = a_reported_conversation(conversation_id, start_time=start_time, end_time=end_time)

    first, *others = islice(candidate_ids(reported), 10)

    assert first == conversation_id
    assert len({first, *others}) == 10
    assert all(other.startswith(f"{conversation_id}_") for other in others)


@given(end_time=ENDS)
def test_a_client_that_repeats_itself_meets_the_same_candidates(end_time: datetime) -> None:
    here, there = (
        a_reported_conversation(start_time=end_time.astimezone(UTC) - timedelta(hours=1), end_time=moment)
        for moment in (end_time, end_time.astimezone(UTC))
    )

    assert list(islice(candidate_ids(here), 5)) == list(islice(candidate_ids(there), 5))


def test_distinct_sessions_under_one_id_differ_in_their_second_candidate() -> None:
    one, other = (a_reported_conversation(end_time=ENDED + timedelta(seconds=number)) for number in range(2))

    assert list(islice(candidate_ids(one), 2))[1] != list(islice(candidate_ids(other), 2))[1]
