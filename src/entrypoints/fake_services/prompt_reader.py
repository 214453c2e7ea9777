"""Reads a prompt as the model would: what is asked for, and the conversation between its delimiters."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import msgspec

from domain.conversation import Conversation, Speaker, Utterance

QUESTIONS = "user_initiated_questions"
EMOTION = "session_emotion"
# Stands for lines that were left out of a long conversation.
GAP = '{"left_out":'
UNTOLD = datetime.min.replace(tzinfo=UTC)
# At the beginning of a line: the instructions name both marks in the middle of one.
DELIMITED = re.compile(r"^<conversation>\n(.*?)^</conversation>", re.DOTALL | re.MULTILINE)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    speaker: Literal["pika", "user"]
    text: str


def asked_for(prompt: str) -> str | None:
    """The task stands behind the conversation, so that what a child says is never taken for it."""
    latest = max((QUESTIONS, EMOTION), key=prompt.rfind)
    return latest if latest in prompt else None


def conversation_in(prompt: str) -> Conversation | None:
    """None: there is none between the marks, in JSON, one object a line."""
    found = DELIMITED.search(prompt)
    if found is None:
        return None
    try:
        lines = list(_lines(found[1]))
    except msgspec.MsgspecError:
        return None
    return Conversation(utterances=tuple(_utterance(number, line) for number, line in enumerate(lines, start=1)))


def _lines(text: str) -> Iterator[Line]:
    for line in text.split("\n"):
        if line and not line.startswith(GAP):
            yield msgspec.json.decode(line, type=Line)


def _utterance(turn_id: int, line: Line) -> Utterance:
    return Utterance(turn_id=turn_id, speaker=Speaker(line.speaker), text=line.text, timestamp=UNTOLD)
