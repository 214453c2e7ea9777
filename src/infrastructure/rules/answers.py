import re
from collections.abc import Sequence

from infrastructure.rules import english, vietnamese
from infrastructure.rules.sentences import Clause

PROMPTING = re.compile(r"\b(?:đố|đoán|guess|repeat|say|spell|pronounce|đọc|nói theo|nhắc lại)\b")
GUESSING = re.compile(
    r"\b(?:phải|đúng) không$|\b(?:à|hả|nhỉ|right|maybe)$"
    r"|^(?:is it|is that|are they|was it|does it mean|it's|it is|maybe|chắc|hình như|có phải)\b"
)
ABOUT_THE_ROBOT = re.compile(r"\b(?:pika|you|your|cậu)\b")
SHORT = 3


def is_guess(clause: Clause) -> bool:
    """After a question of Pika these answer it: "Elephant?", "Con mèo à?", "Is it Tokyo?"."""
    core = vietnamese.without_tail(clause.words)
    if ABOUT_THE_ROBOT.search(core) or _has_question_word(core):
        return False
    spoken = clause.text.removesuffix(" pika")
    if GUESSING.search(spoken) or GUESSING.search(core):
        return True
    return len(clause.words) <= SHORT and not vietnamese.asks_in_vietnamese(core)


def asks_for_an_answer(pika: Sequence[Clause]) -> bool:
    return any(clause.asked or PROMPTING.search(clause.text) for clause in pika)


def echoes(clause: Clause, pika: Sequence[Clause]) -> bool:
    """The child says after Pika what Pika just said."""
    heard = " ".join(part.text for part in pika)
    return f" {clause.text} " in f" {heard} "


def _has_question_word(core: str) -> bool:
    return bool(vietnamese.WH_WORD.search(core) or english.WH_WORD.search(core))
