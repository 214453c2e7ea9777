import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.friendship_level import FriendshipLevel
from domain.identifiers import TopicId
from tests.examples import P1, P2, P3, a_catalogue, an_agenda

TALK, GAME = AgentType.TALK, AgentType.GAME


def topic_of(catalogue: Catalogue, tag: str | None, *, level: FriendshipLevel = P1, bot_type: str = "TALK") -> str:
    return catalogue.topic_of(tag, level=level, bot_type=bot_type) or "no topic"


def test_a_topic_is_found_by_the_tag_of_an_agenda() -> None:
    catalogue = a_catalogue(an_agenda("movie", agent_tag="tag_movie"), an_agenda("pets", agent_tag="tag_pets"))

    assert topic_of(catalogue, "tag_pets") == "pets"


def test_a_topic_is_found_by_the_agent_when_no_tag_matches() -> None:
    catalogue = a_catalogue(an_agenda("movie", agent_id="agent_movie", agent_tag="tag_movie"))

    assert topic_of(catalogue, "agent_movie") == "movie"


def test_a_tag_wins_over_an_agent_of_the_same_name() -> None:
    catalogue = a_catalogue(
        an_agenda("pets", agent_id="talk_1", agent_tag="tag_pets"),
        an_agenda("movie", agent_id="talk_2", agent_tag="talk_1"),
    )

    assert topic_of(catalogue, "talk_1") == "movie"


@pytest.mark.parametrize("tag", [" agent_movie ", "AGENT_MOVIE", "\tAgent_Movie\n"])
@pytest.mark.parametrize("written", ["agent_movie", " Agent_MOVIE "])
def test_space_around_a_tag_and_its_case_do_not_matter(tag: str, written: str) -> None:
    assert topic_of(a_catalogue(an_agenda("movie", agent_id="x", agent_tag=written)), tag) == "movie"
    assert topic_of(a_catalogue(an_agenda("movie", agent_id=written, agent_tag="x")), tag) == "movie"


@pytest.mark.parametrize("tag", [None, "", "   ", "agent_unknown", "movie"])
@pytest.mark.parametrize("blank", ["agent_movie", "", " "])
def test_no_tag_or_an_unknown_one_is_no_topic_whatever_the_catalogue_leaves_blank(tag: str | None, blank: str) -> None:
    catalogue = a_catalogue(an_agenda("movie", agent_id="agent_movie", agent_tag=blank))

    assert topic_of(catalogue, tag) == "no topic"


def test_an_empty_catalogue_knows_no_topic() -> None:
    assert topic_of(Catalogue(), "agent_movie") == "no topic"


@pytest.mark.parametrize(
    ("rows_at", "user_level", "chosen"),
    [
        ((P1, P2, P3), P2, P2),
        ((P3, P2, P1), P1, P1),
        ((P1, P2), P3, P2),
        ((P1, P3), P2, P1),
        ((P3, P1), P2, P1),
        ((P2,), P1, P2),
        ((P3, P2), P1, P3),  # any row above: the one with the lowest id
    ],
)
def test_the_row_at_the_level_of_the_user_is_preferred_then_the_nearest_below_then_any(
    rows_at: tuple[FriendshipLevel, ...], user_level: FriendshipLevel, chosen: FriendshipLevel
) -> None:
    catalogue = a_catalogue(*(an_agenda(level, agent_id="agent", friendship_level=level) for level in rows_at))

    assert topic_of(catalogue, "agent", level=user_level) == chosen


@pytest.mark.parametrize(
    ("bot_type", "topic"), [("TALK", "talked"), ("game", "played"), (" Wrap-Up ", "ended"), ("LESSON", "played")]
)
def test_at_one_level_the_row_of_the_type_of_the_bot_is_preferred_then_the_lowest_id(bot_type: str, topic: str) -> None:
    catalogue = a_catalogue(
        an_agenda("played", agent_id="agent", agent_type=GAME),
        an_agenda("talked", agent_id="agent", agent_type=TALK),
        an_agenda("ended", agent_id="agent", agent_type=AgentType.WRAP_UP),
        an_agenda("later", agent_id="agent", agent_type=TALK),
    )

    assert topic_of(catalogue, "agent", bot_type=bot_type) == topic


def test_the_level_counts_more_than_the_type() -> None:
    catalogue = a_catalogue(
        an_agenda("talked", agent_id="agent", agent_type=TALK, friendship_level=P1),
        an_agenda("played", agent_id="agent", agent_type=GAME, friendship_level=P2),
    )

    assert topic_of(catalogue, "agent", level=P2, bot_type="TALK") == "played"


def test_rows_are_found_by_type_and_level_and_topic() -> None:
    catalogue = a_catalogue(
        an_agenda("movie"),
        an_agenda("movie", friendship_level=P2),
        an_agenda("movie", agent_type=GAME),
        an_agenda("pets"),
    )

    assert [row.topic_id for row in catalogue.rows(TALK, P1)] == ["movie", "pets"]
    assert [row.number for row in catalogue.topic_rows(TALK, P1, TopicId("movie"))] == [1]
    assert catalogue.rows(TALK, P3) == catalogue.topic_rows(GAME, P1, TopicId("pets")) == ()


def test_a_level_has_one_persona_or_none() -> None:
    friend = Persona(friendship_level=P3, context_style_guideline="warm", user_profile="{{name}}")
    catalogue = a_catalogue(personas=[friend])

    assert catalogue.persona(P3) == friend
    assert catalogue.persona(P1) is None


AGENDAS = st.builds(
    an_agenda,
    topic_id=st.sampled_from(["movie", "pets"]),
    agent_id=st.sampled_from(["a", "B ", "c"]),
    agent_tag=st.sampled_from(["a", " b", "D", ""]),
    agent_type=st.sampled_from(AgentType),
    friendship_level=st.sampled_from(FriendshipLevel),
)


@given(
    rows=st.lists(AGENDAS, max_size=8),
    tag=st.sampled_from(["A", "b", "c ", "d", "e", "", None]),
    level=st.sampled_from(FriendshipLevel),
    bot_type=st.sampled_from(["TALK", "game", "LESSON"]),
)
def test_a_row_found_matches_and_no_other_match_is_preferable(
    rows: list[Agenda], tag: str | None, level: FriendshipLevel, bot_type: str
) -> None:
    catalogue = a_catalogue(*rows) if rows else Catalogue()
    word = (tag or "").strip().lower()

    found = catalogue.agenda_of(tag, level=level, bot_type=bot_type)

    tagged = [row for row in catalogue.agendas if word and row.agent_tag.strip().lower() == word]
    named = [row for row in catalogue.agendas if word and row.agent_id.strip().lower() == word]
    matches = tagged or named
    if found is None:
        assert matches == []
        return
    assert found in matches
    fitting = [row for row in matches if row.friendship_level.rank <= level.rank]
    if fitting:
        assert found.friendship_level.rank == max(row.friendship_level.rank for row in fitting)
        matches = [row for row in fitting if row.friendship_level is found.friendship_level]
    typed = [row for row in matches if row.agent_type == bot_type.upper()] or matches
    assert found.number == min(row.number for row in typed)
