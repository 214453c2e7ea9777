"""A conversation as the model reads it: between two marks that nothing said can forge, and no longer than paid for.

One utterance a line, ``pika: …`` or ``user: …``. No text holds a line break or a ``<`` once written, so nobody inside
can speak for another, say what was left out, or end the conversation.
"""

from collections.abc import Iterator, Sequence

from domain.conversation import Conversation, Speaker, Utterance

OPENING = "<conversation>"
CLOSING = "</conversation>"
LONGEST_TEXT = 2000
KEPT_END = 500
CUT = " […] "
HEAD = 6
TAIL = 20
LONGEST_GAP = len("(1000000 lines left out)\n")


def transcript(conversation: Conversation, *, budget: int) -> str:
    """At most ``budget`` characters between the marks.

    Of a text longer than 2000 characters its beginning and its last 500 are kept. If all fits, all is kept. Otherwise
    lines are kept in this order, until one does not fit: the first 6, the last 20, what the child said from the latest
    back, what Pika said from the latest back. A gap says how many lines it stands for.
    """
    return f"{OPENING}\n{''.join(_kept_lines(conversation.utterances, budget))}{CLOSING}"


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
    """Each line pays for a gap that may come before it, and the whole for one at the end."""
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


def _by_importance(utterances: Sequence[Utterance]) -> Iterator[int]:
    """Some positions come twice."""
    backwards = range(len(utterances) - 1, -1, -1)
    yield from range(min(HEAD, len(utterances)))
    yield from backwards[:TAIL]
    for speaker in (Speaker.USER, Speaker.PIKA):
        yield from (position for position in backwards if utterances[position].speaker is speaker)


def _line(utterance: Utterance) -> str:
    text = " ".join(_shortened(utterance.text).split()).replace("<", "‹")
    return f"{utterance.speaker.value}: {text}\n"


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return text[: LONGEST_TEXT - KEPT_END] + CUT + text[-KEPT_END:]


def _gap(left_out: int) -> Iterator[str]:
    if left_out > 0:
        yield f"({left_out} lines left out)\n"
