from collections.abc import Sequence

import pytest

from domain.agent_type import AgentType
from domain.catalogue import Agenda
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.suggestion.activities import GAMES, TALKS, ActivityChooser, Slots
from domain.suggestion.selection import Selection
from tests.examples import P1, P2, P3, SeededDice, a_catalogue, a_friendship, a_game, a_topic, an_agenda

NOVELTY = "New topic exploration (PHASE1)"
SEEDS = range(60)
Chosen = list[tuple[str, str]]
"""Agent and reason of each choice."""


def chosen(
    friendship: Friendship,
    *rows: Agenda,
    slots: Slots = TALKS,
    seed: int = 0,
    taken: Sequence[Agenda] = (),
) -> Chosen:
    selection = Selection()
    for row in taken:
        selection.take(row)
    chooser = ActivityChooser(
        slots=slots,
        friendship=friendship,
        catalogue=a_catalogue(*rows),
        selection=selection,
        dice=SeededDice(seed),
    )
    return [(choice.agenda.agent_id, choice.reason) for choice in chooser.choose()]


def talk(topic: str, level: FriendshipLevel = P1, *, agent: str = "") -> Agenda:
    return an_agenda(topic, agent_id=agent or f"{topic}@{level.rank}", friendship_level=level)


def game(topic: str, level: FriendshipLevel = P1, *, agent: str = "") -> Agenda:
    return an_agenda(
        topic, agent_id=agent or f"{topic}@{level.rank}", agent_type=AgentType.GAME, friendship_level=level
    )


def test_the_two_best_loved_topics_and_the_least_known_one() -> None:
    friendship = a_friendship(
        topics={
            "movie": a_topic(40.0, turns=20),
            "pets": a_topic(30.0, turns=15),
            "hobby": a_topic(20.0, turns=9),
            "school": a_topic(10.0, turns=12),
        }
    )

    for seed in SEEDS:
        assert chosen(friendship, *map(talk, ("school", "hobby", "pets", "movie")), seed=seed) == [
            ("movie@1", "Topic preference"),
            ("pets@1", "Topic preference"),
            ("hobby@1", "Exploration candidate"),
        ]


def test_the_best_loved_game_and_the_least_known_one() -> None:
    friendship = a_friendship(
        topics={"riddle": a_topic(40.0, turns=9), "story": a_topic(30.0, turns=5), "quiz": a_topic(20.0, turns=7)}
    )

    for seed in SEEDS:
        assert chosen(friendship, *map(game, ("quiz", "story", "riddle")), slots=GAMES, seed=seed) == [
            ("riddle@1", "Game preference"),
            ("story@1", "Game exploration"),
        ]


def test_an_unseen_topic_counts_no_turns_and_is_explored_first() -> None:
    friendship = a_friendship(
        topics={"movie": a_topic(40.0, turns=20), "pets": a_topic(30.0, turns=15), "hobby": a_topic(1.0, turns=1)}
    )

    for seed in SEEDS:
        choices = chosen(friendship, *map(talk, ("movie", "pets", "hobby", "space")), seed=seed)

        assert choices[2] == ("space@1", "Exploration candidate")


def test_among_the_least_known_a_draw_decides_seen_or_unseen() -> None:
    friendship = a_friendship(topics={"movie": a_topic(9.0, turns=9), "pets": a_topic(8.0, turns=9), "old": a_topic()})
    rows = [*map(talk, ("movie", "pets", "old", "space", "dreams"))]

    explored = {chosen(friendship, *rows, seed=seed)[2] for seed in SEEDS}

    assert explored == {(f"{topic}@1", "Exploration candidate") for topic in ("old", "space", "dreams")}


def test_the_next_topic_is_taken_when_a_better_loved_one_has_no_row() -> None:
    friendship = a_friendship(
        topics={
            "movie": a_topic(40.0, turns=9),
            "gone": a_topic(35.0, turns=9),
            "pets": a_topic(30.0, turns=9),
            "hobby": a_topic(20.0, turns=9),
        }
    )

    assert chosen(friendship, *map(talk, ("hobby", "pets", "movie")))[:2] == [
        ("movie@1", "Topic preference"),
        ("pets@1", "Topic preference"),
    ]


def test_known_topics_without_any_row_are_not_offered() -> None:
    friendship = a_friendship(topics={"gone": a_topic(99.0, turns=9)})

    for seed in SEEDS:
        reasons = [reason for _, reason in chosen(friendship, *map(talk, ("a", "b", "c", "d")), seed=seed)]

        assert reasons == ["Exploration candidate", NOVELTY, NOVELTY]


def test_what_is_still_missing_comes_from_the_other_known_topics_then_from_new_ones() -> None:
    friendship = a_friendship(topics={"riddle": a_topic(40.0, turns=9), "story": a_topic(30.0, turns=5)})
    both = a_friendship(topics={"movie": a_topic(9.0, turns=3)})

    assert chosen(friendship, game("riddle"), game("story"), slots=GAMES) == [
        ("riddle@1", "Game preference"),
        ("story@1", "Game exploration"),
    ]
    assert [reason for _, reason in chosen(both, *map(talk, ("movie", "new_a", "new_b")))] == [
        "Topic preference",
        "Exploration candidate",
        NOVELTY,
    ]


@pytest.mark.parametrize(
    ("slots", "kind", "filler"), [(TALKS, AgentType.TALK, "Random topic"), (GAMES, AgentType.GAME, "Random game")]
)
def test_a_topic_is_offered_again_only_when_there_are_too_few(slots: Slots, kind: AgentType, filler: str) -> None:
    friendship = a_friendship(topics={"movie": a_topic(9.0, turns=3)})
    rows = [an_agenda("movie", agent_id=agent, agent_type=kind) for agent in ("one", "two", "three", "four")]

    for seed in SEEDS:
        choices = chosen(friendship, *rows, slots=slots, seed=seed)

        assert [reason for _, reason in choices] == [slots.preference] + [filler] * (slots.wanted - 1)
        assert len({agent for agent, _ in choices}) == slots.wanted


def test_before_a_topic_is_repeated_every_other_one_gets_its_turn() -> None:
    friendship = a_friendship(topics={"movie": a_topic(9.0, turns=3), "pets": a_topic(2.0, turns=1)})
    rows = [talk("movie", agent="m1"), talk("movie", agent="m2"), talk("pets", agent="p1"), talk("pets", agent="p2")]

    for seed in SEEDS:
        choices = chosen(friendship, *rows, seed=seed)

        assert [agent[0] for agent, _ in choices] == ["m", "p", "m"]
        assert [reason for _, reason in choices] == ["Topic preference", "Topic preference", "Random topic"]


def test_an_unseen_topic_is_repeated_when_nothing_else_is_left() -> None:
    rows = [talk("movie", agent=agent) for agent in ("one", "two", "three", "four")]

    choices = chosen(a_friendship(), *rows)

    assert [reason for _, reason in choices] == ["Exploration candidate", NOVELTY, NOVELTY]
    assert len({agent for agent, _ in choices}) == 3


def test_fewer_are_offered_rather_than_one_agent_twice() -> None:
    friendship = a_friendship(topics={"movie": a_topic(9.0, turns=3)})

    assert chosen(friendship, talk("movie", agent="one")) == [("one", "Topic preference")]
    assert len(chosen(friendship, talk("movie", agent="one"), talk("pets", agent="one"))) == 1
    assert len(chosen(friendship, talk("movie", agent="one"), talk("pets", agent="two"))) == 2


def test_a_catalogue_with_one_row_offers_it_to_a_stranger() -> None:
    assert chosen(a_friendship(), talk("movie")) == [("movie@1", "Exploration candidate")]
    assert chosen(a_friendship(), game("riddle"), slots=GAMES) == [("riddle@1", "Game exploration")]


def test_without_a_row_of_the_kind_nothing_is_offered() -> None:
    assert chosen(a_friendship(), a_game()) == []
    assert chosen(a_friendship(), talk("movie"), slots=GAMES) == []


@pytest.mark.parametrize(
    ("topic_level", "user_level", "offered"),
    [
        (P1, P1, P1),
        (P1, P3, P1),
        (P2, P2, P2),
        (P2, P3, P2),
        (P3, P3, P3),
        (P2, P1, P1),
        (P3, P1, P1),
        (P3, P2, P2),
    ],
)
def test_a_topic_is_offered_at_its_own_level_or_the_lower_one_of_the_user(
    topic_level: FriendshipLevel, user_level: FriendshipLevel, offered: FriendshipLevel
) -> None:
    friendship = a_friendship(level=user_level, topics={"movie": a_topic(200.0, turns=9, level=topic_level)})

    choices = chosen(friendship, talk("movie", P1), talk("movie", P2), talk("movie", P3))

    assert choices[0] == (f"movie@{offered.rank}", "Topic preference")


def test_a_topic_is_offered_at_exactly_its_level_not_below() -> None:
    friendship = a_friendship(level=P3, topics={"movie": a_topic(200.0, turns=9, level=P3)})

    assert chosen(friendship, talk("movie", P1), talk("movie", P2)) == []


@pytest.mark.parametrize("level", [P1, P2, P3])
def test_an_unseen_topic_is_a_strangers_for_everybody(level: FriendshipLevel) -> None:
    rows = [talk(topic, row_level) for topic in ("a", "b", "c", "d") for row_level in (P1, P2, P3)]

    for seed in SEEDS:
        choices = chosen(a_friendship(level=level), *rows, seed=seed)

        assert len(choices) == 3
        assert all(agent.endswith("@1") for agent, _ in choices)


def test_a_stranger_gets_rows_for_strangers_only() -> None:
    friendship = a_friendship(topics={"movie": a_topic(200.0, turns=9, level=P3), "pets": a_topic(90.0, level=P2)})
    rows = [talk(topic, level) for topic in ("movie", "pets", "space", "dreams") for level in (P3, P2, P1)]

    for seed in SEEDS:
        assert all(agent.endswith("@1") for agent, _ in chosen(friendship, *rows, seed=seed))


def test_topics_of_equal_score_always_come_in_the_same_order() -> None:
    scores = {"pets": a_topic(5.0, turns=1), "movie": a_topic(5.0, turns=1)}
    backwards = dict(reversed(scores.items()))

    assert chosen(a_friendship(topics=scores), *map(talk, scores)) == [
        ("movie@1", "Topic preference"),
        ("pets@1", "Topic preference"),
    ]
    assert chosen(a_friendship(topics=backwards), *map(talk, scores)) == chosen(
        a_friendship(topics=scores), *map(talk, scores)
    )


def test_the_order_in_which_topics_were_stored_does_not_change_a_draw() -> None:
    topics = {topic: a_topic(turns=2) for topic in ("a", "b", "c", "d", "e")}
    loved = {"x": a_topic(9.0, turns=3), "y": a_topic(8.0, turns=3)}
    one, other = a_friendship(topics=loved | topics), a_friendship(topics=dict(reversed(topics.items())) | loved)
    rows = [*map(talk, one.topics)]

    for seed in SEEDS:
        assert chosen(one, *rows, seed=seed) == chosen(other, *rows, seed=seed)


def test_any_row_of_a_topic_at_its_level_may_be_drawn() -> None:
    friendship = a_friendship(topics={"movie": a_topic(9.0, turns=3)})
    rows = [talk("movie", agent=agent) for agent in ("one", "two", "three")]

    assert {chosen(friendship, *rows, seed=seed)[0][0] for seed in SEEDS} == {"one", "two", "three"}


def test_what_was_taken_before_is_not_offered_while_there_is_a_choice() -> None:
    taken = [talk("movie", agent="one"), talk("pets", agent="two")]
    rows = [talk("movie", agent="other"), talk("space", agent="one"), talk("space", agent="three")]

    for seed in SEEDS:
        assert chosen(a_friendship(), *rows, seed=seed, taken=taken) == [
            ("three", "Exploration candidate"),
            ("other", NOVELTY),
        ]
