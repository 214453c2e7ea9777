from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.local_time import local_day

SINCE_1976 = st.datetimes(datetime(1976, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given one


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2025, 11, 26, 16, 59, 59, 999_999, tzinfo=UTC), date(2025, 11, 26)),
        (datetime(2025, 11, 26, 17, 0, tzinfo=UTC), date(2025, 11, 27)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_ho_chi_minh(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


@given(SINCE_1976)
def test_the_fixed_offset_agrees_with_the_time_zone_database(moment: datetime) -> None:
    assert local_day(moment) == moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date()
