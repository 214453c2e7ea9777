"""Days in a row, by the calendar of Ho Chi Minh City."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.friendship import Friendship
from domain.local_time import local_day
from tests.examples import a_friendship, a_ledger_entry, a_session

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # at noon in Ho Chi Minh
MIDNIGHT = datetime(2025, 11, 26, 17, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def met(*moments: datetime) -> Friendship:
    friendship = a_friendship()
    for moment in moments:
        friendship = friendship.grown_by(a_ledger_entry(), a_session(moment))
    return friendship


def test_the_first_conversation_ever_starts_a_streak() -> None:
    friendship = met(NOON)

    assert friendship.streak_day == 1
    assert friendship.last_interaction_date == NOON


@pytest.mark.parametrize(
    ("later", "streak"),
    [
        (timedelta(0), 4),
        (timedelta(hours=1), 4),
        (DAY, 5),
        (2 * DAY, 1),
        (30 * DAY, 1),
    ],
)
def test_the_same_day_keeps_the_next_day_adds_and_a_later_one_starts_again(later: timedelta, streak: int) -> None:
    friendship = a_friendship(streak_day=4, last_interaction_date=NOON)

    after = friendship.grown_by(a_ledger_entry(), a_session(NOON + later))

    assert after.streak_day == streak
    assert after.last_interaction_date == NOON + later


def test_a_day_ends_at_midnight_in_ho_chi_minh() -> None:
    assert met(MIDNIGHT - 2 * SECOND, MIDNIGHT - SECOND).streak_day == 1
    assert met(MIDNIGHT - SECOND, MIDNIGHT).streak_day == 2
    assert met(MIDNIGHT - SECOND, MIDNIGHT + DAY - SECOND).streak_day == 2
    assert met(MIDNIGHT - SECOND, MIDNIGHT + DAY).streak_day == 1


@pytest.mark.parametrize("earlier", [SECOND, DAY, 10 * DAY])
def test_a_late_conversation_changes_neither_streak_nor_dates(earlier: timedelta) -> None:
    friendship = a_friendship(score=10.0, streak_day=4, last_interaction_date=NOON)

    after = friendship.grown_by(a_ledger_entry(5.0), a_session(NOON - earlier))

    assert (after.streak_day, after.last_interaction_date) == (4, NOON)
    assert after.score == 15.0


@pytest.mark.parametrize(
    ("today", "streak"),
    [
        (date(2025, 11, 26), 6),
        (date(2025, 11, 27), 6),
        (date(2025, 11, 28), 0),
        (date(2026, 11, 26), 0),
    ],
)
def test_a_streak_reads_zero_once_a_whole_day_was_missed(today: date, streak: int) -> None:
    assert a_friendship(streak_day=6, last_interaction_date=NOON).streak_on(today) == streak


def test_a_streak_reads_by_the_local_day_of_the_last_interaction() -> None:
    before = a_friendship(streak_day=6, last_interaction_date=MIDNIGHT - SECOND)
    after = a_friendship(streak_day=6, last_interaction_date=MIDNIGHT)

    assert before.streak_on(date(2025, 11, 28)) == 0
    assert after.streak_on(date(2025, 11, 28)) == 6


def test_nobody_met_has_no_streak() -> None:
    assert a_friendship().streak_on(date(2025, 11, 26)) == 0


@given(st.lists(st.integers(0, 24 * 12), min_size=1, max_size=20))
def test_in_order_of_time_a_streak_counts_the_days_in_a_row_up_to_the_last(hours: list[int]) -> None:
    moments = sorted(NOON + timedelta(hours=hour) for hour in hours)
    days = {local_day(moment) for moment in moments}

    friendship = met(*moments)

    expected, day = 0, local_day(moments[-1])
    while day in days:
        expected, day = expected + 1, day - DAY
    assert friendship.streak_day == expected
    assert friendship.last_interaction_date == moments[-1]


@given(st.lists(st.integers(0, 24 * 12), min_size=1, max_size=20))
def test_in_any_order_the_last_interaction_is_the_latest(hours: list[int]) -> None:
    friendship = met(*(NOON + timedelta(hours=hour) for hour in hours))

    assert friendship.last_interaction_date == NOON + timedelta(hours=max(hours))
    assert 1 <= friendship.streak_day <= len({local_day(NOON + timedelta(hours=hour)) for hour in hours})
