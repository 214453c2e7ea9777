"""The exact words of the wire and the database, and the older ones still read."""

import pytest

from domain.agent_type import AgentType, UnknownAgentType
from domain.bot_type import normalised_bot_type
from domain.emotion import SessionEmotion
from domain.event_status import EventStatus
from domain.friendship_level import FriendshipLevel, UnknownFriendshipLevel


def test_the_words_on_the_wire_are_these() -> None:
    assert list(FriendshipLevel) == ["PHASE1_STRANGER", "PHASE2_ACQUAINTANCE", "PHASE3_FRIEND"]
    assert set(AgentType) == {"GREETING", "TALK", "GAME", "REVIEW", "WRAP_UP"}
    assert set(SessionEmotion) == {"interesting", "boring", "neutral", "happy", "sad", "angry"}
    assert set(EventStatus) == {"PENDING", "PROCESSING", "PROCESSED", "FAILED", "SKIPPED", "PERMANENTLY_FAILED"}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("PHASE1_STRANGER", FriendshipLevel.PHASE1_STRANGER),
        ("phase2_acquaintance", FriendshipLevel.PHASE2_ACQUAINTANCE),
        ("STRANGER", FriendshipLevel.PHASE1_STRANGER),
        ("Acquaintance", FriendshipLevel.PHASE2_ACQUAINTANCE),
        (" friend ", FriendshipLevel.PHASE3_FRIEND),
    ],
)
def test_a_level_is_read_with_or_without_its_phase_and_in_any_case(text: str, level: FriendshipLevel) -> None:
    assert FriendshipLevel.read(text) is level


@pytest.mark.parametrize("text", ["", "PHASE", "PHASE1", "enemy"])
def test_an_unknown_level_is_refused(text: str) -> None:
    with pytest.raises(UnknownFriendshipLevel):
        FriendshipLevel.read(text)


@pytest.mark.parametrize(
    ("text", "agent_type"),
    [
        ("GREETING", AgentType.GREETING),
        ("TALK", AgentType.TALK),
        ("TALK_ACTIVITY", AgentType.TALK),
        ("GAME", AgentType.GAME),
        ("GAME_ACTIVITY", AgentType.GAME),
        ("GAME_AGENT", AgentType.GAME),
        ("game_agent", AgentType.GAME),
        ("REVIEW", AgentType.REVIEW),
        (" wrap_up ", AgentType.WRAP_UP),
    ],
)
def test_an_agent_type_is_read_under_its_older_names_too(text: str, agent_type: AgentType) -> None:
    assert AgentType.read(text) is agent_type


@pytest.mark.parametrize("text", ["", "DANCE", "TALK_AGENT"])
def test_an_unknown_agent_type_is_refused(text: str) -> None:
    with pytest.raises(UnknownAgentType):
        AgentType.read(text)


@pytest.mark.parametrize(
    ("answer", "emotion"),
    [
        ("interesting", SessionEmotion.INTERESTING),
        ("boring", SessionEmotion.BORING),
        ("neutral", SessionEmotion.NEUTRAL),
        (" Happy\n", SessionEmotion.HAPPY),
        ("SAD", SessionEmotion.SAD),
        ("angry", SessionEmotion.ANGRY),
        ("excited", SessionEmotion.NEUTRAL),
        ("", SessionEmotion.NEUTRAL),
    ],
)
def test_an_emotion_nobody_knows_is_neutral(answer: str, emotion: SessionEmotion) -> None:
    assert SessionEmotion.heard(answer) is emotion


@pytest.mark.parametrize(
    "text", ["NEXT_LESSON", "next lesson", " Next-Lesson ", "next   lesson", "NEXT--LESSON", "next - lesson"]
)
def test_bot_types_are_compared_trimmed_in_upper_case_with_underscores(text: str) -> None:
    assert normalised_bot_type(text) == "NEXT_LESSON"
