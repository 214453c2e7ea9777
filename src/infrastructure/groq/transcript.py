"""A conversation as the model reads it: between two marks that nothing said can forge, and no longer than paid for.

One JSON object a line. No text holds a line break or a ``<`` once written, so nobody inside can end the conversation.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from domain.conversation import Conversation, Speaker, Utterance
from infrastructure.groq.prompts import CLOSING, OPENING

LONGEST_TEXT = 2000
KEPT_END = 500
HEAD = 6
TAIL = 20
CUT = " […] "
LONGEST_GAP = len('{"left_out":1000000}\n')

# Line breaks to some readers; JSON leaves them as they are.
ESCAPED = str.maketrans({"<": "\\u003c", "\u0085": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Line(msgspec.Struct, frozen=True):
    speaker: str
    text: str


class Gap(msgspec.Struct, frozen=True):
    left_out: int


def transcript(conversation: Conversation, *, budget: int) -> str:
    """At most ``budget`` characters between the marks.

    A longer text than 2000 characters keeps its beginning and its last 500. If all fits, all is kept. Otherwise lines
    are kept in this order, until one does not fit: the first 6, the last 20, what the child said from the latest back,
    what Pika said from the latest back. Gaps say how many lines they stand for.
    """
    lines = "".join(_kept_lines(conversation.utterances, budget))
    return f"{OPENING}\n{lines}{CLOSING}"


def _kept_lines(utterances: Sequence[Utterance], budget: int) -> Iterator[str]:
    kept = _all_if_they_fit(utterances, budget)
    if kept is None:
        kept = _most_important(utterances, budget)
    following = 0
    for position in sorted(kept):
        yield from _gap(position - following)
        yield kept[position]
        following = position + 1
    yield from _gap(len(utterances) - following)


def _all_if_they_fit(utterances: Sequence[Utterance], budget: int) -> dict[int, str] | None:
    kept: dict[int, str] = {}
    for position, utterance in enumerate(utterances):
        kept[position] = _line(utterance)
        budget -= len(kept[position])
        if budget < 0:
            return None
    return kept


def _most_important(utterances: Sequence[Utterance], budget: int) -> dict[int, str]:
    """Each line pays for a gap that may come before it."""
    kept: dict[int, str] = {}
    left = budget - LONGEST_GAP
    for position in _by_importance(utterances):
        if position in kept:
            continue
        line = _line(utterances[position])
        left -= len(line) + LONGEST_GAP
        if left < 0:
            break
        kept[position] = line
    return kept


def _by_importance(utterances: Sequence[Utterance]) -> Iterable[int]:
    count = len(utterances)
    yield from range(min(HEAD, count))
    yield from range(count - 1, max(count - 1 - TAIL, -1), -1)
    for speaker in (Speaker.USER, Speaker.PIKA):
        yield from (at for at in range(count - 1, -1, -1) if utterances[at].speaker is speaker)


def _line(utterance: Utterance) -> str:
    line = Line(speaker=utterance.speaker.value, text=_shortened(utterance.text))
    return msgspec.json.encode(line).decode().translate(ESCAPED) + "\n"


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return text[: LONGEST_TEXT - KEPT_END] + CUT + text[-KEPT_END:]


def _gap(left_out: int) -> Iterator[str]:
    if left_out > 0:
        yield msgspec.json.encode(Gap(left_out=left_out)).decode() + "\n"
