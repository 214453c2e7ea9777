import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.emotion import SessionEmotion
from domain.signals import Component, Signals

SIGNALS = st.builds(
    Signals,
    questions=st.none() | st.integers(0, 9),
    emotion=st.none() | st.sampled_from(SessionEmotion),
    memories=st.none() | st.integers(0, 9),
    degraded=st.frozensets(st.sampled_from(Component)),
)


def test_nothing_is_known_before_anybody_was_asked() -> None:
    assert Signals().known == frozenset()


def test_zero_questions_and_a_neutral_mood_are_knowledge_too() -> None:
    assert Signals(questions=0, emotion=SessionEmotion.NEUTRAL, memories=0).known == frozenset(Component)


def test_a_later_attempt_fills_the_gaps() -> None:
    learnt = Signals(questions=2, providers={Component.QUESTIONS: "groq"})

    completed = learnt.completed_by(Signals(memories=3, providers={Component.MEMORIES: "memory_api"}))

    assert (completed.questions, completed.memories) == (2, 3)
    assert completed.providers == {Component.QUESTIONS: "groq", Component.MEMORIES: "memory_api"}


def test_a_known_value_stays_and_so_does_who_said_it() -> None:
    learnt = Signals(questions=2, providers={Component.QUESTIONS: "groq"})

    completed = learnt.completed_by(Signals(questions=5, providers={Component.QUESTIONS: "rules"}))

    assert completed == learnt


def test_a_failed_component_never_overwrites_a_known_value() -> None:
    learnt = Signals(questions=2, emotion=SessionEmotion.HAPPY)

    assert learnt.completed_by(Signals(degraded=frozenset(Component))).degraded == {Component.MEMORIES}
    assert learnt.completed_by(Signals(degraded=frozenset(Component))).questions == 2


def test_what_is_known_at_last_is_no_longer_degraded() -> None:
    degraded = Signals(degraded=frozenset({Component.QUESTIONS, Component.EMOTION}))

    assert degraded.completed_by(Signals(questions=0)).degraded == {Component.EMOTION}


def test_what_nobody_was_asked_again_stays_degraded() -> None:
    degraded = Signals(degraded=frozenset({Component.QUESTIONS}))

    assert degraded.completed_by(Signals()) == degraded


@given(first=SIGNALS, second=SIGNALS)
def test_knowledge_only_grows(first: Signals, second: Signals) -> None:
    completed = first.completed_by(second)

    assert completed.known == first.known | second.known
    assert not completed.degraded & completed.known
    assert first.degraded | second.degraded <= completed.degraded | completed.known


@pytest.mark.parametrize("part", list(Component))
@given(first=SIGNALS, second=SIGNALS)
def test_a_value_is_the_first_that_was_learnt(part: Component, first: Signals, second: Signals) -> None:
    values = [getattr(signals, part) for signals in (first, second, first.completed_by(second))]

    assert values[2] == (values[1] if values[0] is None else values[0])
