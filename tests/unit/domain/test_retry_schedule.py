from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.retry_schedule import RetrySchedule

DRAWS = st.floats(-1, 1)
LADDER = [(1, 4.8, 7.2), (2, 9.6, 14.4), (3, 19.2, 28.8), (4, 38.4, 48.0), (5, 48.0, 48.0)]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(("failed_attempts", "shortest", "longest"), LADDER)
def test_the_ladder_ends_reach_from_minus_to_plus_a_fifth(
    failed_attempts: int, shortest: float, longest: float
) -> None:
    schedule = RetrySchedule()

    assert schedule.wait_after(failed_attempts, draw=-1.0) == hours(shortest)
    assert schedule.wait_after(failed_attempts, draw=1.0) == hours(longest)


@pytest.mark.parametrize(("failed_attempts", "wait"), [(1, 6), (2, 12), (3, 24), (4, 48), (5, 48)])
def test_without_jitter_each_wait_is_twice_the_one_before_up_to_the_cap(failed_attempts: int, wait: int) -> None:
    assert RetrySchedule().wait_after(failed_attempts, draw=0.0) == hours(wait)


@pytest.mark.parametrize(("failed_attempts", "shortest", "longest"), LADDER)
@given(draw=DRAWS)
def test_every_wait_lies_in_its_range(failed_attempts: int, shortest: float, longest: float, draw: float) -> None:
    wait = RetrySchedule().wait_after(failed_attempts, draw=draw)

    assert wait is not None
    assert hours(shortest) <= wait <= hours(longest)


@pytest.mark.parametrize("failed_attempts", [6, 7, 100])
def test_after_the_sixth_failure_there_is_no_other_attempt(failed_attempts: int) -> None:
    assert RetrySchedule().max_attempts == 6
    assert RetrySchedule().wait_after(failed_attempts, draw=0.0) is None


@given(failed_attempts=st.integers(1, 10_000), draw=DRAWS)
def test_no_wait_is_longer_than_the_cap_however_many_retries_are_configured(failed_attempts: int, draw: float) -> None:
    wait = RetrySchedule(max_retries=10_000).wait_after(failed_attempts, draw=draw)

    assert wait is not None
    assert hours(4.8) <= wait <= hours(48)
