import pytest

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.friendship_level import FriendshipLevel
from domain.suggestion.extras import backup_rows, nearest_row
from domain.suggestion.selection import Selection
from tests.examples import P1, P2, P3, SeededDice, a_catalogue, a_game, an_agenda

REVIEW = AgentType.REVIEW
SEEDS = range(40)


def a_review(topic_id: str, level: FriendshipLevel = P1, *, agent_id: str | None = None) -> Agenda:
    return an_agenda(topic_id, agent_id=agent_id, agent_type=REVIEW, friendship_level=level)


def nearest(
    catalogue: Catalogue, level: FriendshipLevel, *, taken: Agenda | None = None, seed: int = 0
) -> Agenda | None:
    selection = Selection()
    if taken:
        selection.take(taken)
    return nearest_row(REVIEW, level, catalogue=catalogue, selection=selection, dice=SeededDice(seed))


@pytest.mark.parametrize(
    ("rows_at", "level", "offered"),
    [
        ((P1, P2, P3), P3, P3),
        ((P1, P2, P3), P2, P2),
        ((P1, P3), P2, P1),
        ((P1,), P3, P1),
        ((P2, P3), P1, None),
        ((), P3, None),
    ],
)
def test_a_row_at_the_level_of_the_user_else_the_nearest_lower_else_none(
    rows_at: tuple[FriendshipLevel, ...], level: FriendshipLevel, offered: FriendshipLevel | None
) -> None:
    catalogue = a_catalogue(an_agenda(), *(a_review("words", row_level) for row_level in rows_at))

    row = nearest(catalogue, level)

    assert (row.friendship_level if row else None) == offered


def test_a_row_with_another_topic_is_preferred() -> None:
    catalogue = a_catalogue(a_review("movie", agent_id="one"), a_review("words", agent_id="two"))

    for seed in SEEDS:
        row = nearest(catalogue, P1, taken=an_agenda("movie"), seed=seed)

        assert row is not None
        assert row.topic_id == "words"


def test_a_topic_is_repeated_rather_than_nothing_offered() -> None:
    row = nearest(a_catalogue(a_review("movie", agent_id="one")), P1, taken=an_agenda("movie"))

    assert row is not None
    assert row.agent_id == "one"


def test_an_agent_is_never_repeated() -> None:
    catalogue = a_catalogue(a_review("words", P2, agent_id="agent_movie"), a_review("words", P1, agent_id="other"))
    only = a_catalogue(a_review("words", agent_id="agent_movie"))

    row = nearest(catalogue, P2, taken=an_agenda("movie"))

    assert row is not None
    assert row.agent_id == "other"
    assert nearest(only, P1, taken=an_agenda("movie")) is None


def backups(catalogue: Catalogue, *taken: Agenda, seed: int = 0) -> list[str]:
    selection = Selection()
    for row in taken:
        selection.take(row)
    return [row.agent_id for row in backup_rows(catalogue=catalogue, selection=selection, dice=SeededDice(seed))]


def test_backups_are_one_talk_and_one_game_for_strangers_not_used_yet() -> None:
    catalogue = a_catalogue(
        an_agenda("movie"),
        an_agenda("pets"),
        an_agenda("school", friendship_level=P2),
        a_game("riddle"),
        a_game("quiz"),
    )

    for seed in SEEDS:
        assert backups(catalogue, an_agenda("movie"), a_game("quiz"), seed=seed) == ["agent_pets", "game_riddle"]


def test_a_backup_repeats_a_topic_rather_than_be_missing_but_never_an_agent() -> None:
    catalogue = a_catalogue(an_agenda("movie"), an_agenda("movie", agent_id="other"), a_game("riddle"))

    assert backups(catalogue, an_agenda("movie"), a_game("riddle")) == ["other"]


def test_without_rows_left_there_are_no_backups() -> None:
    assert backups(Catalogue()) == []
    assert backups(a_catalogue(an_agenda(friendship_level=P2), a_game(friendship_level=P3))) == []
