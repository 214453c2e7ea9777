"""Whatever the catalogue and the friendship, an answer keeps these promises."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId
from domain.suggestion.errors import NoSuitableAgent
from domain.suggestion.explain import Explainer
from domain.suggestion.explanation import CHOSEN
from domain.suggestion.suggest import Suggester
from domain.suggestion.suggestion import Suggestion
from tests.examples import P1, SeededDice, a_catalogue, a_friendship, a_greeting, a_topic, an_agenda

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # in Ho Chi Minh City
LEVELS = st.sampled_from(FriendshipLevel)
TOPICS = st.sampled_from(["movie", "pets", "story", "hobby", "birthday"])
AGENDAS = st.builds(
    an_agenda,
    topic_id=TOPICS,
    agent_id=st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "return"]),
    agent_type=st.sampled_from([AgentType.TALK, *AgentType, AgentType.GAME]),
    friendship_level=st.sampled_from([P1, *FriendshipLevel]),
)
# A greeting and a talk that anybody may be offered come first: these catalogues always have an answer.
CATALOGUES = st.lists(AGENDAS, max_size=20).map(
    lambda rows: a_catalogue(a_greeting(), an_agenda("always", agent_id="talk"), *rows)
)
HARSH_CATALOGUES = st.lists(AGENDAS, max_size=12).map(lambda rows: a_catalogue(*rows) if rows else Catalogue())
FRIENDSHIPS = st.builds(
    a_friendship,
    score=st.sampled_from([0.0, 499.99, 500.0, 2999.9, 3000.0]),
    streak_day=st.integers(0, 8),
    last_interaction_date=st.none() | st.integers(5, 26).map(lambda day: datetime(2025, 11, day, tzinfo=UTC)),
    topics=st.dictionaries(
        TOPICS, st.builds(a_topic, st.integers(0, 3).map(float), turns=st.integers(0, 2), level=LEVELS), max_size=5
    ),
    last_emotion=st.none() | st.sampled_from(SessionEmotion),
)
SEEDS = st.integers(0, 2**31 - 1)


def suggestion_for(friendship: Friendship, catalogue: Catalogue, seed: int) -> Suggestion:
    suggester = Suggester(friendship=friendship, catalogue=catalogue, dice=SeededDice(seed), now=NOON)
    return suggester.suggest(seed=seed)


def offered(answer: Suggestion) -> list[Agenda]:
    """All rows of an answer but the greeting, in the order in which they were chosen."""
    extras = [extra for extra in (answer.review, answer.wrap_up) if extra]
    return [agent.agenda for agent in (*answer.talks, *answer.games, *extras, *answer.backups)]


def level_of(topic_id: str, friendship: Friendship) -> FriendshipLevel:
    known = {str(topic): metrics.friendship_level for topic, metrics in friendship.topics.items()}
    return min(known.get(topic_id, P1), friendship.level, key=lambda level: level.rank)


def eligible(agent_type: AgentType, friendship: Friendship, catalogue: Catalogue) -> list[Agenda]:
    """The talks or games that a user might be offered, by the specification."""
    return [
        row
        for row in catalogue.agendas
        if row.agent_type is agent_type and row.friendship_level is level_of(row.topic_id, friendship)
    ]


@given(friendship=FRIENDSHIPS, catalogue=HARSH_CATALOGUES, seed=SEEDS)
def test_there_is_an_answer_exactly_when_there_is_a_greeting_and_a_talk(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    greetings = [row for row in catalogue.agendas if row.agent_type is AgentType.GREETING]
    greeting = any(row.friendship_level.rank <= friendship.level.rank for row in greetings)
    talks = {row.agent_id for row in eligible(AgentType.TALK, friendship, catalogue)}
    assume(not talks & {row.agent_id for row in greetings})  # else it depends on which greeting is drawn

    try:
        answer = suggestion_for(friendship, catalogue, seed)
    except NoSuitableAgent:
        assert not (greeting and talks)
    else:
        assert greeting
        assert 1 <= len(answer.talks) <= 3


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_an_answer_is_made_of_rows_of_the_catalogue_of_the_right_kind(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    rows = [answer.greeting.agenda, *offered(answer)]
    assert all(row in catalogue.agendas for row in rows)
    assert answer.greeting.agenda.agent_type is AgentType.GREETING
    assert all(talk.agenda.agent_type is AgentType.TALK for talk in answer.talks)
    assert all(game.agenda.agent_type is AgentType.GAME for game in answer.games)
    assert [backup.agenda.agent_type for backup in answer.backups] in (
        [],
        [AgentType.TALK],
        [AgentType.GAME],
        [AgentType.TALK, AgentType.GAME],
    )


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_no_agent_is_offered_twice(friendship: Friendship, catalogue: Catalogue, seed: int) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    agents = Counter(row.agent_id for row in [answer.greeting.agenda, *offered(answer)])
    assert max(agents.values()) == 1


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_no_row_stands_above_the_level_of_the_user_and_strangers_get_rows_for_strangers(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    rows = [answer.greeting.agenda, *offered(answer)]
    assert all(row.friendship_level.rank <= friendship.level.rank for row in rows)
    assert all(backup.agenda.friendship_level is P1 for backup in answer.backups)


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_a_talk_or_a_game_is_at_exactly_the_level_of_its_topic(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    for activity in (*answer.talks, *answer.games):
        assert activity.agenda.friendship_level is level_of(activity.agenda.topic_id, friendship)


def choices(answer: Suggestion, friendship: Friendship, catalogue: Catalogue) -> Iterator[tuple[Agenda, list[Agenda]]]:
    """Every row of an answer, with all the rows that might have stood in its place."""
    for activity in (*answer.talks, *answer.games):
        yield activity.agenda, eligible(activity.agenda.agent_type, friendship, catalogue)
    rest = [extra.agenda for extra in (answer.review, answer.wrap_up, *answer.backups) if extra]
    for row in rest:
        yield row, list(catalogue.rows(row.agent_type, row.friendship_level))


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_no_topic_is_repeated_while_there_is_a_choice(friendship: Friendship, catalogue: Catalogue, seed: int) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    agents, topics = {answer.greeting.agenda.agent_id}, set[str]()
    for row, instead in choices(answer, friendship, catalogue):
        if row.topic_id in topics:
            assert not [other for other in instead if other.agent_id not in agents and other.topic_id not in topics]
        agents.add(row.agent_id)
        topics.add(row.topic_id)


def left_over(rows: Sequence[Agenda], used: Sequence[Agenda]) -> set[AgentId]:
    return {row.agent_id for row in rows} - {row.agent_id for row in used}


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_too_few_are_offered_only_when_no_agent_is_left(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    before_games = [answer.greeting.agenda, *(talk.agenda for talk in answer.talks)]
    before_extras = [*before_games, *(game.agenda for game in answer.games)]
    everything = [answer.greeting.agenda, *offered(answer)]
    assert len(answer.talks) == 3 or not left_over(eligible(AgentType.TALK, friendship, catalogue), before_games)
    assert len(answer.games) == 2 or not left_over(eligible(AgentType.GAME, friendship, catalogue), before_extras)
    for kind in (AgentType.TALK, AgentType.GAME):
        if kind not in {backup.agenda.agent_type for backup in answer.backups}:
            assert not left_over(catalogue.rows(kind, P1), everything)


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_the_preferred_talks_are_the_best_loved_that_can_be_offered(
    friendship: Friendship, catalogue: Catalogue, seed: int
) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    scores = {str(topic): metrics.score for topic, metrics in friendship.topics.items()}
    preferred = [talk for talk in answer.talks if talk.reason == "Topic preference"]
    assert [talk.metadata.topic_score for talk in preferred if talk.metadata] == sorted(
        (scores[talk.agenda.topic_id] for talk in preferred), reverse=True
    )
    open_rows = [
        row
        for row in eligible(AgentType.TALK, friendship, catalogue)
        if row.topic_id in scores and row.agent_id != answer.greeting.agenda.agent_id
    ]
    if open_rows:
        best = max(scores[row.topic_id] for row in open_rows)
        assert scores[answer.talks[0].agenda.topic_id] == best


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_the_same_seed_gives_the_same_answer(friendship: Friendship, catalogue: Catalogue, seed: int) -> None:
    stored_otherwise = replace(friendship, topics=dict(reversed(list(friendship.topics.items()))))

    answer = suggestion_for(friendship, catalogue, seed)

    assert suggestion_for(friendship, catalogue, seed) == answer
    assert suggestion_for(stored_otherwise, catalogue, seed) == answer


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_figures_are_told_for_known_topics_only(friendship: Friendship, catalogue: Catalogue, seed: int) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    for activity in (*answer.talks, *answer.games):
        known = friendship.topics.get(activity.agenda.topic_id)
        figures = activity.metadata and (activity.metadata.topic_score, activity.metadata.total_turns)
        assert figures == (known and (known.score, known.turns))


@given(friendship=FRIENDSHIPS, catalogue=CATALOGUES, seed=SEEDS)
def test_an_explanation_agrees_with_its_answer(friendship: Friendship, catalogue: Catalogue, seed: int) -> None:
    answer = suggestion_for(friendship, catalogue, seed)

    slots = Explainer(friendship=friendship, catalogue=catalogue, now=NOON).explain(answer)

    chosen = [[c.agent_id for c in slot.candidates if c.verdict == CHOSEN] for slot in slots]
    assert all(len(agents) == (slot.reason is not None) for agents, slot in zip(chosen, slots, strict=True))
    assert [agent for agents in chosen for agent in agents] == [
        row.agent_id for row in (answer.greeting.agenda, *offered(answer))
    ]
