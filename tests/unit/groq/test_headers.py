from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infrastructure.groq.headers import ToldAllowance, duration, retry_after, told_allowances


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2m59.56s", 179.56),
        ("7.66s", 7.66),
        ("120ms", 0.12),
        ("0s", 0),
        ("1h2m3s", 3723),
        ("1d", 86_400),
        ("1m", 60),
        ("12", 12),
        ("1.5", 1.5),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5s", None),
        ("5s2m", None),
        ("1" * 30, None),
        ("99999999999999999d", None),
    ],
)
def test_durations_are_read_as_they_are_written(value: str | None, seconds: float | None) -> None:
    read = duration(value)

    assert (None if read is None else read.total_seconds()) == (None if seconds is None else pytest.approx(seconds))


@given(st.text(max_size=30))
def test_any_other_text_is_a_duration_that_is_not_negative_or_none(value: str) -> None:
    read = duration(value)
    assert read is None or read >= timedelta(0)


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("0", 0), ("2.5", 2.5)])
def test_a_wait_may_be_told_in_seconds(value: str, seconds: float) -> None:
    assert retry_after({"retry-after": value}) == timedelta(seconds=seconds)


def test_a_wait_may_be_told_as_a_date() -> None:
    wait = retry_after({"retry-after": format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)})

    assert wait is not None
    assert timedelta(minutes=4) < wait <= timedelta(minutes=5)


def test_a_date_gone_by_means_now() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == timedelta(0)


@pytest.mark.parametrize("value", ["", "tomorrow", "Wed, 99 Foo", "-1", "1" * 100])
def test_a_wait_that_cannot_be_read_is_none(value: str) -> None:
    assert retry_after({"retry-after": value}) is None


def test_what_is_left_of_each_allowance_is_read() -> None:
    headers = {
        "x-ratelimit-limit-requests": "14400",
        "x-ratelimit-remaining-requests": "14370",
        "x-ratelimit-reset-requests": "2m59.56s",
        "x-ratelimit-remaining-tokens": "17997",
        "x-ratelimit-reset-tokens": "7.66s",
    }

    assert list(told_allowances(headers)) == [
        ToldAllowance(name="requests", left=14370, resets_in=timedelta(seconds=179.56), limit=14400),
        ToldAllowance(name="tokens", left=17997, resets_in=timedelta(seconds=7.66), limit=None),
    ]


@pytest.mark.parametrize("left", ["", "many", "-1", "1.5", "²"])
def test_what_cannot_be_read_is_not_told(left: str) -> None:
    assert list(told_allowances({"x-ratelimit-remaining-tokens": left, "x-ratelimit-reset-tokens": "1s"})) == []
