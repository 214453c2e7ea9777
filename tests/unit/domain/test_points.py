from hypothesis import given
from hypothesis import strategies as st

from domain.points import rounded

POINTS = st.integers(-(10**8), 10**8).map(lambda number: number / 10_000)


def test_a_sum_of_tenths_is_what_a_person_would_write() -> None:
    assert rounded(0.1 + 0.2) == 0.3


@given(POINTS)
def test_points_of_four_places_stay_as_they_are(points: float) -> None:
    assert rounded(points) == points


@given(st.lists(POINTS, max_size=30))
def test_a_sum_does_not_depend_on_the_order_of_its_terms(terms: list[float]) -> None:
    forwards = backwards = 0.0

    for term in terms:
        forwards = rounded(forwards + term)
    for term in reversed(terms):
        backwards = rounded(backwards + term)

    assert forwards == backwards == round(sum(round(term * 10_000) for term in terms) / 10_000, 4)
