"""Reads a prompt as the model would: what is asked for, and the conversation between its delimiters."""

import re
from datetime import UTC, datetime

from domain.conversation import Conversation, Speaker, Utterance

QUESTIONS = "user_initiated_questions"
EMOTION = "session_emotion"
UNTOLD = datetime.min.replace(tzinfo=UTC)
# At the beginning of a line, where nothing said can stand.
DELIMITED = re.compile(r"^<conversation>\n(.*?)^</conversation>", re.DOTALL | re.MULTILINE)
# Any other line stands for some that were left out of a long conversation.
SPOKEN = re.compile(r"^(pika|user): ?(.*)$", re.MULTILINE)


def asked_for(prompt: str) -> str | None:
    """The task stands behind the conversation, so that what a child says is never taken for it."""
    latest = max((QUESTIONS, EMOTION), key=prompt.rfind)
    return latest if latest in prompt else None


def conversation_in(prompt: str) -> Conversation | None:
    """None: there is none between the marks."""
    found = DELIMITED.search(prompt)
    if found is None:
        return None
    lines = SPOKEN.findall(found[1])
    return Conversation(
        utterances=tuple(_utterance(number, speaker, text) for number, (speaker, text) in enumerate(lines, start=1))
    )


def _utterance(turn_id: int, speaker: str, text: str) -> Utterance:
    return Utterance(turn_id=turn_id, speaker=Speaker(speaker), text=text, timestamp=UNTOLD)
