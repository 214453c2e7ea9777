import pytest

from benchmarks.percentile import nearest_rank


@pytest.mark.parametrize(("fraction", "expected"), [(0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (1.0, 50)])
def test_the_textbook_example(fraction: float, expected: float) -> None:
    assert nearest_rank([15, 20, 35, 40, 50], fraction) == expected


def test_the_99th_of_a_hundred_is_the_99th() -> None:
    assert nearest_rank(list(range(1, 101)), 0.99) == 99


def test_float_noise_does_not_move_a_rank() -> None:
    assert nearest_rank(list(range(1, 101)), 0.07) == 7


def test_of_one_sample_every_percentile_is_that_sample() -> None:
    assert nearest_rank([3.5], 0.01) == nearest_rank([3.5], 0.99) == 3.5


@pytest.mark.parametrize(("samples", "fraction"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.01)])
def test_nonsense_is_refused(samples: list[float], fraction: float) -> None:
    with pytest.raises(ValueError, match=r"fraction|samples"):
        nearest_rank(samples, fraction)
