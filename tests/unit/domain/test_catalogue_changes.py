from domain.catalogue import Persona
from domain.catalogue_changes import FieldChange, RowChange, changes_between, reordered
from tests.examples import P1, P2, a_catalogue, an_agenda

MOVIE, PETS = an_agenda("movie"), an_agenda("pets")


def test_equal_catalogues_have_no_changes() -> None:
    assert changes_between(a_catalogue(), a_catalogue(version=7)) == []


def test_rows_come_and_go() -> None:
    assert changes_between(a_catalogue(MOVIE), a_catalogue(PETS)) == [
        RowChange(row="TALK movie agent_movie at PHASE1_STRANGER"),
        RowChange(row="TALK pets agent_pets at PHASE1_STRANGER", is_new=True),
    ]


def test_a_row_says_something_else() -> None:
    told = an_agenda("movie", talking_agenda="Ask less.", agent_tag="cinema")

    (change,) = changes_between(a_catalogue(MOVIE), a_catalogue(told))

    assert change.fields == (
        FieldChange(name="talking_agenda", before="Ask what the child likes.", after="Ask less."),
        FieldChange(name="agent_tag", before="agent_movie", after="cinema"),
    )


def test_a_row_of_another_level_is_another_row() -> None:
    changes = changes_between(a_catalogue(MOVIE), a_catalogue(an_agenda("movie", friendship_level=P2)))

    assert [change.is_new for change in changes] == [False, True]


def test_a_second_row_of_the_same_name_is_told_as_new() -> None:
    (change,) = changes_between(a_catalogue(MOVIE), a_catalogue(MOVIE, MOVIE))

    assert change.is_new


def test_personas_change_too() -> None:
    before, after = (Persona(friendship_level=P1, context_style_guideline=style, user_profile="") for style in "ab")

    (change,) = changes_between(a_catalogue(personas=[before]), a_catalogue(personas=[after]))

    assert change.row == "persona of PHASE1_STRANGER"


def test_another_order_is_told_apart_from_rows_that_come_and_go() -> None:
    assert reordered(a_catalogue(MOVIE, PETS), a_catalogue(PETS, MOVIE))
    assert not reordered(a_catalogue(MOVIE, PETS), a_catalogue(an_agenda("hobby"), MOVIE, PETS))
