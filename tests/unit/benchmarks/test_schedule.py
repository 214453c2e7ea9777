from itertools import pairwise

import pytest

from benchmarks.schedule import fixed_rate, plan, poisson


def test_a_fixed_rate_is_evenly_spaced_and_starts_at_once() -> None:
    assert list(fixed_rate(4, 1)) == [0.0, 0.25, 0.5, 0.75]


def test_a_fixed_rate_does_not_drift() -> None:
    assert list(fixed_rate(300, 100))[-1] == pytest.approx(100 - 1 / 300)


def test_poisson_arrivals_repeat_with_their_seed_only() -> None:
    assert list(poisson(50, 2, seed=1)) == list(poisson(50, 2, seed=1)) != list(poisson(50, 2, seed=2))


def test_poisson_arrivals_have_the_rate_on_average() -> None:
    offsets = list(poisson(200, 100, seed=3))

    assert len(offsets) == pytest.approx(20_000, rel=0.03)
    assert offsets[0] > 0
    assert offsets[-1] < 100
    assert all(earlier < later for earlier, later in pairwise(offsets))


def test_a_plan_mixes_the_streams_in_the_order_of_time() -> None:
    starts = plan([2, 4], 1, seed=None)

    assert [start.offset for start in starts] == [0.0, 0.0, 0.25, 0.5, 0.5, 0.75]
    assert [start.stream for start in starts] == [0, 1, 1, 0, 1, 1]


def test_streams_of_a_random_plan_are_independent() -> None:
    starts = plan([50, 50], 10, seed=7)

    first, second = ([start.offset for start in starts if start.stream == stream] for stream in (0, 1))
    assert first != second
