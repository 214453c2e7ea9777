from datetime import UTC, datetime

import pytest

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.friendship import Friendship
from domain.suggestion.errors import NoSuitableAgent
from domain.suggestion.suggest import Suggester
from domain.suggestion.suggestion import SuggestedAgent, Suggestion, TopicFigures
from tests.examples import (
    P1,
    P2,
    USER,
    SeededDice,
    a_catalogue,
    a_friendship,
    a_game,
    a_greeting,
    a_topic,
    an_agenda,
)

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)
YESTERDAY_NOON = datetime(2025, 11, 25, 5, 0, tzinfo=UTC)
NOVELTY = "New topic exploration (PHASE1)"


def suggestion_for(
    friendship: Friendship, catalogue: Catalogue, *, seed: int = 0, recent_greetings: tuple[str, ...] = ()
) -> Suggestion:
    suggester = Suggester(
        friendship=friendship,
        catalogue=catalogue,
        dice=SeededDice(seed),
        now=NOON,
        recent_greetings=recent_greetings,
    )
    return suggester.suggest(seed=seed)


def spelt_out(agent: SuggestedAgent) -> tuple[str, str, str]:
    return agent.agenda.topic_id, agent.agenda.friendship_level, agent.reason


def test_the_worked_example() -> None:
    friendship = a_friendship(
        level=P2,
        streak_day=2,
        last_interaction_date=YESTERDAY_NOON,
        topics={"story": a_topic(287.0, turns=21, level=P2)},
    )
    catalogue = a_catalogue(
        a_greeting("general_greeting", friendship_level=P2),
        a_game("story", friendship_level=P2),
        an_agenda("daily_routine"),
        an_agenda("game"),
        an_agenda("hobby"),
        a_game("word_riddle"),
    )

    for seed in range(100):
        answer = suggestion_for(friendship, catalogue, seed=seed)

        assert (answer.user_id, answer.friendship_level, answer.seed) == (USER, P2, seed)
        assert spelt_out(answer.greeting) == ("general_greeting", P2, "Phase default greeting")
        assert {talk.agenda.topic_id for talk in answer.talks} == {"daily_routine", "game", "hobby"}
        assert [talk.reason for talk in answer.talks] == ["Exploration candidate", NOVELTY, NOVELTY]
        assert {talk.agenda.friendship_level for talk in answer.talks} == {P1}
        assert [spelt_out(game) for game in answer.games] == [
            ("story", P2, "Game preference"),
            ("word_riddle", P1, "Game exploration"),
        ]
        assert [game.metadata for game in answer.games] == [TopicFigures(topic_score=287.0, total_turns=21), None]
        assert [talk.metadata for talk in answer.talks] == [None, None, None]
        assert (answer.greeting.metadata, answer.review, answer.wrap_up, answer.backups) == (None, None, None, ())


def test_a_whole_answer_has_a_greeting_three_talks_two_games_review_wrap_up_and_backups() -> None:
    answer = suggestion_for(a_friendship(), a_catalogue())

    assert answer.greeting.agenda.agent_type is AgentType.GREETING
    assert [talk.agenda.agent_type for talk in answer.talks] == [AgentType.TALK] * 3
    assert [game.agenda.agent_type for game in answer.games] == [AgentType.GAME] * 2
    assert answer.review
    assert answer.review.agenda.agent_type is AgentType.REVIEW
    assert answer.wrap_up
    assert answer.wrap_up.agenda.agent_type is AgentType.WRAP_UP
    assert [backup.agenda.agent_type for backup in answer.backups] == [AgentType.TALK, AgentType.GAME]


def test_a_greeting_and_a_talk_are_enough_for_an_answer() -> None:
    answer = suggestion_for(a_friendship(), a_catalogue(a_greeting(), an_agenda()))

    assert len(answer.talks) == 1
    assert answer.games == answer.backups == ()
    assert answer.review is answer.wrap_up is None


@pytest.mark.parametrize(
    "catalogue",
    [
        Catalogue(),
        a_catalogue(a_greeting()),
        a_catalogue(an_agenda()),
        a_catalogue(a_greeting(), a_game()),
        a_catalogue(a_greeting(), an_agenda(friendship_level=P2)),
        a_catalogue(a_greeting(friendship_level=P2), an_agenda()),
    ],
)
def test_without_a_greeting_or_a_talk_there_is_no_answer(catalogue: Catalogue) -> None:
    with pytest.raises(NoSuitableAgent):
        suggestion_for(a_friendship(), catalogue)


def test_a_greeting_does_not_use_up_its_topic_but_its_agent() -> None:
    catalogue = a_catalogue(
        an_agenda("movie", agent_id="hello", agent_type=AgentType.GREETING),
        an_agenda("movie", agent_id="hello"),
        an_agenda("movie", agent_id="chat"),
    )

    answer = suggestion_for(a_friendship(), catalogue)

    assert [talk.agenda.agent_id for talk in answer.talks] == ["chat"]
    assert answer.talks[0].reason == "Exploration candidate"


def test_a_topic_talked_about_is_not_played_while_there_is_a_choice() -> None:
    friendship = a_friendship(topics={"movie": a_topic(40.0, turns=9), "story": a_topic(5.0, turns=3)})
    catalogue = a_catalogue(a_greeting(), an_agenda("movie"), a_game("movie"), a_game("story"), a_game("quiz"))

    for seed in range(30):
        games = suggestion_for(friendship, catalogue, seed=seed).games

        assert [game.agenda.topic_id for game in games] == ["story", "quiz"]


def test_a_topic_talked_about_is_played_rather_than_too_little_offered() -> None:
    friendship = a_friendship(topics={"movie": a_topic(40.0, turns=9)})
    catalogue = a_catalogue(a_greeting(), an_agenda("movie"), a_game("movie"))

    games = suggestion_for(friendship, catalogue).games

    assert [spelt_out(game) for game in games] == [("movie", P1, "Random game")]
    assert games[0].metadata == TopicFigures(topic_score=40.0, total_turns=9)


def test_known_topics_carry_their_figures_and_new_ones_none() -> None:
    friendship = a_friendship(level=P2, topics={"movie": a_topic(80.0, turns=20, level=P2)})
    catalogue = a_catalogue(a_greeting(), an_agenda("movie", friendship_level=P2), an_agenda("pets"))

    answer = suggestion_for(friendship, catalogue)

    assert [talk.metadata for talk in answer.talks] == [TopicFigures(topic_score=80.0, total_turns=20), None]


def test_the_prompt_has_the_style_of_the_user_even_around_a_row_for_strangers() -> None:
    personas = [
        Persona(friendship_level=level, context_style_guideline=f"style {level.rank}", user_profile="{{name}}")
        for level in (P1, P2)
    ]
    catalogue = a_catalogue(a_greeting(), an_agenda("movie", talking_agenda="agenda"), personas=personas)

    talk = suggestion_for(a_friendship(level=P2), catalogue).talks[0]

    assert talk.agenda.friendship_level is P1
    assert talk.final_prompt == "style 2\n\nagenda\n\n{{name}}"


def test_greetings_used_lately_are_told_to_the_suggester() -> None:
    catalogue = a_catalogue(a_greeting("hello"), a_greeting("xin_chao"), an_agenda())

    for seed in range(30):
        answer = suggestion_for(a_friendship(), catalogue, seed=seed, recent_greetings=("hello",))

        assert answer.greeting.agenda.topic_id == "xin_chao"


def test_what_rounds_off_an_answer_repeats_no_agent_either() -> None:
    catalogue = a_catalogue(
        a_greeting(),
        an_agenda("movie"),
        an_agenda("words", agent_id="closing", agent_type=AgentType.REVIEW),
        an_agenda("goodbye", agent_id="closing", agent_type=AgentType.WRAP_UP),
        a_game("riddle"),
        a_game("quiz"),
        an_agenda("story", agent_id="closing", agent_type=AgentType.GAME),
    )

    for seed in range(30):
        answer = suggestion_for(a_friendship(), catalogue, seed=seed)

        rest = (answer.review, answer.wrap_up, *answer.games, *answer.backups)
        assert [agent.agenda.agent_id == "closing" for agent in rest if agent].count(True) == 1


def test_a_wrap_up_takes_another_topic_than_the_review_while_there_is_a_choice() -> None:
    catalogue = a_catalogue(
        a_greeting(),
        an_agenda("movie"),
        an_agenda("words", agent_id="review", agent_type=AgentType.REVIEW),
        an_agenda("words", agent_id="wrap_words", agent_type=AgentType.WRAP_UP),
        an_agenda("goodbye", agent_id="wrap_goodbye", agent_type=AgentType.WRAP_UP),
    )

    for seed in range(30):
        wrap_up = suggestion_for(a_friendship(), catalogue, seed=seed).wrap_up

        assert wrap_up
        assert wrap_up.agenda.topic_id == "goodbye"


def test_different_seeds_give_different_answers() -> None:
    talks = {
        tuple(talk.agenda.topic_id for talk in suggestion_for(a_friendship(), a_catalogue(), seed=seed).talks)
        for seed in range(200)
    }

    assert len(talks) == 24  # each choice of three talks out of four, in each order


def test_a_large_catalogue_offers_from_all_of_it() -> None:
    rows = [
        an_agenda(f"topic_{number}", agent_id=f"{kind}_{number}", agent_type=kind)
        for number in range(5_000)
        for kind in (AgentType.TALK, AgentType.GAME)
    ]
    friendship = a_friendship(topics={"topic_4999": a_topic(40.0, turns=9), "gone": a_topic(90.0, turns=9)})
    catalogue = a_catalogue(a_greeting(), *rows)

    answers = [suggestion_for(friendship, catalogue, seed=seed) for seed in range(10)]

    assert {answer.talks[0].agenda.topic_id for answer in answers} == {"topic_4999"}
    assert all((len(answer.talks), len(answer.games), len(answer.backups)) == (3, 2, 2) for answer in answers)
    assert len({talk.agenda.topic_id for answer in answers for talk in answer.talks[1:]}) == 20


@pytest.mark.parametrize("row", [a_greeting(), an_agenda(), a_game()])
def test_a_catalogue_with_one_row_has_no_answer(row: Agenda) -> None:
    with pytest.raises(NoSuitableAgent):
        suggestion_for(a_friendship(), a_catalogue(row))
