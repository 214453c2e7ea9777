import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.emotion import SessionEmotion
from domain.scoring import ScoreBreakdown, ScoringRules
from domain.signals import Component, Signals
from tests.examples import a_conversation

EVERY_EMOTION = st.none() | st.sampled_from(SessionEmotion)
COUNTS = st.none() | st.integers(0, 500)


def test_the_details_tell_how_a_change_came_about() -> None:
    signals = Signals(
        questions=1,
        emotion=SessionEmotion.INTERESTING,
        memories=7,
        providers={Component.QUESTIONS: "groq", Component.MEMORIES: "memory_api"},
    )

    score = ScoringRules().score(a_conversation("pu pu pu"), signals)

    assert score == ScoreBreakdown(
        total_turns=3,
        user_initiated_questions=1,
        session_emotion=SessionEmotion.INTERESTING,
        new_memories_count=7,
        base_score=3.0,
        engagement_bonus=3.0,
        emotion_bonus=15.0,
        memory_bonus=35.0,
        total_score_before_clamp=56.0,
        final_score_change=56.0,
        rules_version=ScoringRules().version,
        degraded=(),
        providers={Component.QUESTIONS: "groq", Component.MEMORIES: "memory_api"},
    )


@pytest.mark.parametrize(
    ("speakers", "questions", "emotion", "memories", "change"),
    [
        ("pu pu pu", 1, SessionEmotion.INTERESTING, 7, 56.0),
        ("pu pu pu", 2, SessionEmotion.INTERESTING, 1, 29.0),
        ("pppppppp", 0, SessionEmotion.NEUTRAL, 0, 0.0),
        ("pu", 1, SessionEmotion.BORING, 0, 0.0),
        ("pp", None, None, None, 0.0),
        ("", None, None, None, 0.0),
        ("pu", 4, SessionEmotion.BORING, 0, 0.0),
        ("pu", 5, SessionEmotion.BORING, 0, 1.0),
    ],
)
def test_a_change_adds_turns_questions_emotion_and_memories(
    speakers: str, questions: int | None, emotion: SessionEmotion | None, memories: int | None, change: float
) -> None:
    signals = Signals(questions=questions, emotion=emotion, memories=memories)

    assert ScoringRules().score(a_conversation(speakers), signals).final_score_change == change


@pytest.mark.parametrize(
    ("emotion", "bonus"),
    [
        (SessionEmotion.INTERESTING, 15.0),
        (SessionEmotion.BORING, -15.0),
        (SessionEmotion.NEUTRAL, 0.0),
        (SessionEmotion.HAPPY, 0.0),
        (SessionEmotion.SAD, 0.0),
        (SessionEmotion.ANGRY, 0.0),
    ],
)
def test_only_an_interesting_or_a_boring_session_moves_the_score(emotion: SessionEmotion, bonus: float) -> None:
    score = ScoringRules().score(a_conversation("pu"), Signals(emotion=emotion))

    assert score.emotion_bonus == bonus
    assert score.total_score_before_clamp == 1.0 + bonus


def test_a_boring_session_takes_nothing_away() -> None:
    score = ScoringRules().score(a_conversation("pu"), Signals(questions=1, emotion=SessionEmotion.BORING))

    assert score.total_score_before_clamp == -11.0
    assert score.final_score_change == 0.0


def test_a_component_nobody_knows_counts_nothing_and_is_told() -> None:
    signals = Signals(degraded=frozenset({Component.QUESTIONS, Component.EMOTION}))

    score = ScoringRules().score(a_conversation("pu"), signals)

    assert (score.user_initiated_questions, score.session_emotion, score.new_memories_count) == (0, "neutral", 0)
    assert score.final_score_change == 1.0
    assert score.degraded == (Component.EMOTION, Component.QUESTIONS)


def test_the_weights_are_those_configured_and_name_the_version() -> None:
    rules = ScoringRules(points_per_turn=0.1, points_per_question=2.0, points_per_memory=0.0)

    score = rules.score(a_conversation("pu pu pu"), Signals(questions=1, memories=9))

    assert score.final_score_change == 2.3
    assert score.rules_version == rules.version != ScoringRules().version


@given(speakers=st.text("pu", max_size=40), questions=COUNTS, emotion=EVERY_EMOTION, memories=COUNTS)
def test_a_change_is_the_sum_of_its_parts_clamped_at_zero(
    speakers: str, questions: int | None, emotion: SessionEmotion | None, memories: int | None
) -> None:
    signals = Signals(questions=questions, emotion=emotion, memories=memories)

    score = ScoringRules().score(a_conversation(speakers), signals)

    parts = score.base_score + score.engagement_bonus + score.emotion_bonus + score.memory_bonus
    assert score.total_score_before_clamp == parts
    assert score.final_score_change == max(0.0, parts) >= 0.0
