"""Reads a prompt as the model would: what is asked for, and the conversation between its delimiters."""

import re
from datetime import UTC, datetime

from domain.conversation import Conversation, Speaker, Utterance

QUESTIONS = "user_initiated_questions"
EMOTION = "session_emotion"
UNTOLD = datetime.min.replace(tzinfo=UTC)
DELIMITED = re.compile(r"<conversation[^>]*>\n?(.*?)\n?</conversation[^>]*>", re.DOTALL)
LINE = re.compile(r"^(pika|user): ?(.*)$", re.IGNORECASE)


def asked_for(prompt: str) -> str | None:
    """The task stands behind the conversation, so that what a child says is never taken for it."""
    latest = max((QUESTIONS, EMOTION), key=prompt.rfind)
    return latest if latest in prompt else None


def conversation_in(prompt: str) -> Conversation | None:
    found = DELIMITED.search(prompt)
    if found is None:
        return None
    lines = [line for text in found[1].splitlines() if (line := LINE.match(text))]
    return Conversation(utterances=tuple(_utterance(number, line) for number, line in enumerate(lines, start=1)))


def _utterance(turn_id: int, line: re.Match[str]) -> Utterance:
    return Utterance(turn_id=turn_id, speaker=Speaker(line[1].casefold()), text=line[2], timestamp=UNTOLD)
