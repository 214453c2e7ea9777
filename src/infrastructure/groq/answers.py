"""What the model may answer, to the letter. Anything else is no answer, never a guess."""

from typing import Literal, TypeVar

import msgspec

from application.errors import AnalystUnavailable
from domain.emotion import SessionEmotion

Kind = TypeVar("Kind")


class QuestionsAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    user_initiated_questions: int


class EmotionAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    session_emotion: Literal["interesting", "boring", "neutral", "happy", "sad", "angry"]


def question_count(content: str, *, at_most: int) -> int:
    """From 0 to ``at_most``. Raises AnalystUnavailable."""
    count = _read(content, QuestionsAnswer).user_initiated_questions
    if not 0 <= count <= at_most:
        raise AnalystUnavailable("a count of questions out of range")
    return count


def session_emotion(content: str) -> SessionEmotion:
    """Raises AnalystUnavailable for any other word: it counts as neutral, but is not known to be."""
    return SessionEmotion(_read(content, EmotionAnswer).session_emotion)


def _read(content: str, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        # The text of the fault may quote the answer, and the answer the child.
        raise AnalystUnavailable("an answer of another form than was asked for") from None
