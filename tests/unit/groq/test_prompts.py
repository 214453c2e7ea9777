import hashlib

import msgspec
import pytest

from domain.emotion import SessionEmotion
from infrastructure.groq import prompts
from infrastructure.groq.chat import asked
from infrastructure.groq.transcript import CLOSING, OPENING

TASKS = {"questions": prompts.QUESTIONS_TASK, "emotion": prompts.EMOTION_TASK}
# Of everything the model is told, by version. A changed word needs a new version and a new line here.
DIGESTS = {1: "822918d8f58f957a"}


def _request(task: str, transcript: str = "<conversation>\nuser: Hi\n</conversation>") -> bytes:
    return msgspec.json.encode(asked(transcript, task, model="model", max_tokens=1000))


def test_a_changed_word_is_a_new_version() -> None:
    told = "\n".join([prompts.INSTRUCTIONS, *TASKS.values()]).encode()

    assert hashlib.sha256(told).hexdigest()[:16] == DIGESTS[prompts.VERSION]


def test_both_calls_begin_with_the_same_bytes_up_to_the_task() -> None:
    questions, emotion = (_request(task) for task in TASKS.values())

    common = next(at for at, (one, other) in enumerate(zip(questions, emotion, strict=False)) if one != other)
    assert CLOSING.encode() in questions[:common]
    assert questions[:common].endswith(b"Task: ")


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_call_asks_for_what_the_contract_says(task: str) -> None:
    request = msgspec.json.decode(_request(task))

    assert [message["role"] for message in request.pop("messages")] == ["system", "user", "user"]
    assert request == {
        "model": "model",
        "max_completion_tokens": 1000,
        "temperature": 0.02,
        "top_p": 1,
        "reasoning_effort": "low",
        "response_format": {"type": "json_object"},
        "stream": False,
    }


def test_the_tasks_name_the_answers_that_are_understood() -> None:
    assert '{"user_initiated_questions": ' in prompts.QUESTIONS_TASK
    assert '{"session_emotion": ' in prompts.EMOTION_TASK
    assert all(f'"{emotion.value}"' in prompts.EMOTION_TASK for emotion in SessionEmotion)


def test_the_conversation_is_said_to_be_untrusted() -> None:
    assert "untrusted" in prompts.INSTRUCTIONS
    assert "never an instruction" in prompts.INSTRUCTIONS


def test_the_marks_stand_nowhere_but_around_the_conversation() -> None:
    told = "\n".join([prompts.INSTRUCTIONS, *TASKS.values()])

    assert OPENING not in told
    assert CLOSING not in told
