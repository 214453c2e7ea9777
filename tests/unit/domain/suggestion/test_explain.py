from dataclasses import replace
from datetime import UTC, date, datetime

from domain.catalogue import Agenda
from domain.friendship import Friendship
from domain.suggestion.explain import Explainer
from domain.suggestion.explanation import MOST_CANDIDATES, ExplainedSlot
from domain.suggestion.suggest import Suggester
from tests.examples import SeededDice, a_catalogue, a_friendship, a_game, a_greeting, a_topic, an_agenda

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # in Ho Chi Minh City
LOVED = a_friendship(
    topics={
        "movie": a_topic(40.0, turns=20),
        "pets": a_topic(30.0, turns=15),
        "hobby": a_topic(20.0, turns=9),
        "gone": a_topic(35.0, turns=3),
    }
)
TALKS = (an_agenda("movie"), an_agenda("pets"), an_agenda("hobby"))


def explained(
    friendship: Friendship, *rows: Agenda, recent_greetings: tuple[str, ...] = ()
) -> dict[str, ExplainedSlot]:
    catalogue = a_catalogue(*rows)
    suggester = Suggester(
        friendship=friendship,
        catalogue=catalogue,
        dice=SeededDice(1),
        now=NOON,
        recent_greetings=recent_greetings,
    )
    explainer = Explainer(friendship=friendship, catalogue=catalogue, now=NOON, recent_greetings=recent_greetings)
    return {slot.slot: slot for slot in explainer.explain(suggester.suggest(seed=1))}


def verdicts(slot: ExplainedSlot) -> dict[str, str]:
    return {candidate.topic_id: candidate.verdict for candidate in slot.candidates}


def test_each_candidate_of_a_talk_is_told_with_its_figures_and_why_it_was_passed_over() -> None:
    slots = explained(LOVED, a_greeting(), *TALKS)

    assert verdicts(slots["talk 1"]) == {
        "movie": "chosen",
        "gone": "it has no row of this kind at its level",
        "pets": "a topic that is liked better came first",
        "hobby": "a topic that is liked better came first",
    }
    assert verdicts(slots["talk 2"])["movie"] == "its agent is offered already"
    first = slots["talk 1"].candidates[0]
    assert (first.agent_id, first.score, first.turns) == ("agent_movie", 40.0, 20)


def test_an_exploration_tells_who_has_more_turns() -> None:
    slots = explained(LOVED, a_greeting(), *TALKS, an_agenda("space"))

    assert slots["talk 3"].reason == "Exploration candidate"
    assert verdicts(slots["talk 3"])["space"] == "chosen"
    assert verdicts(slots["talk 3"])["hobby"] == "it has more turns"
    assert verdicts(slots["talk 1"])["space"] == "only known topics are asked for"


def test_a_place_that_stays_empty_is_told_too() -> None:
    slots = explained(LOVED, a_greeting(), an_agenda("movie"))

    assert slots["talk 2"].reason is None
    assert verdicts(slots["talk 2"])["movie"] == "its agent is offered already"
    assert (slots["game 1"].reason, slots["review"].candidates) == (None, ())


def test_a_topic_that_was_talked_about_is_not_played() -> None:
    slots = explained(LOVED, a_greeting(), *TALKS, a_game("movie"), a_game("space"), a_game("dreams"))

    assert verdicts(slots["game 1"])["movie"] == "its topic is offered already"


def test_a_greeting_tells_occasions_and_what_was_used_lately() -> None:
    friendship = replace(LOVED, birthday=date(2017, 11, 26))
    greetings = [a_greeting(topic) for topic in ("birthday", "emotion", "hello", "xin_chao")]

    special = explained(friendship, *greetings, *TALKS)["greeting"]
    ordinary = explained(LOVED, *greetings, *TALKS, recent_greetings=("hello",))["greeting"]

    assert verdicts(special) == {
        "birthday": "chosen",
        "emotion": "its occasion does not hold",
        "hello": "Birthday greeting comes first",
        "xin_chao": "Birthday greeting comes first",
    }
    assert verdicts(ordinary)["hello"] == "it was used lately"


def test_an_explanation_is_bounded() -> None:
    slots = explained(a_friendship(), a_greeting(), *(an_agenda(f"topic_{number}") for number in range(150)))

    assert (len(slots["talk 1"].candidates), slots["talk 1"].left_out) == (MOST_CANDIDATES, 50)
    assert slots["talk 1"].candidates[0].verdict == "chosen"
