from typing import Any

import pytest

from entrypoints.cli.demonstration.example import Example, with_memories

EXPECTED = {"total_turns": 2, "user_initiated_questions": 1, "session_emotion": "interesting"}
SAID = ["I like dinosaurs. I love Mars!", "I like dinosaurs."]


def _example(bot_type: str) -> Example:
    lines = [{"character": "USER_RESPONSE_CONVERSATION", "content": text} for text in SAID]
    pika = {"character": "BOT_RESPONSE_CONVERSATION", "content": "I like you."}
    request = {"conversation_id": "conv_1", "bot_type": bot_type, "conversation_logs": [pika, *lines]}
    return Example(request=request, expected=EXPECTED)


@pytest.mark.parametrize(
    ("bot_type", "memories", "change"), [("TALK", 2, 30.0), ("next lesson", 0, 20.0)], ids=["talk", "lesson"]
)
def test_with_stand_ins_memories_and_the_change_are_expected_too(bot_type: str, memories: int, change: float) -> None:
    expected = with_memories(_example(bot_type)).expected

    assert expected == {
        **EXPECTED,
        "new_memories_count": memories,
        "final_score_change": change,
        "degraded": [],
    }


@pytest.mark.parametrize(
    "wrong", [{"new_memories_count": 1}, {"final_score_change": 25.0}, {"degraded": ["emotion"]}], ids=str
)
def test_what_comes_out_otherwise_is_told(wrong: dict[str, Any]) -> None:
    example = with_memories(_example("TALK"))

    assert example.differences(dict(example.expected)) == []
    assert len(example.differences({**example.expected, **wrong})) == 1
