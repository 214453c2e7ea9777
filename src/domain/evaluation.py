"""How well an analyst understands, measured against labels given by people.

Exact match is the share of conversations whose count is right. Mean absolute error is the mean of |heard - labelled|.
Precision, recall and F1 of a class are TP / (TP + FP), TP / (TP + FN) and 2 TP / (2 TP + FP + FN); macro-F1 is the
plain mean of F1 over the classes that occur among labels or answers, so that rare emotions weigh as much as frequent
ones (Sokolova and Lapalme, "A systematic analysis of performance measures for classification tasks", Information
Processing and Management 45, 2009; the mean of F1 scores, not the F1 of mean precision and recall).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.emotion import SessionEmotion

Pair = tuple[SessionEmotion, SessionEmotion | None]
"""Labelled, heard. An answer that never came is a miss of the labelled class, and right for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled conversation and what was heard in it. None: the analyst gave no answer, which is wrong."""

    language: str
    questions: int
    emotion: SessionEmotion
    heard_questions: int | None
    heard_emotion: SessionEmotion | None
    failures: Sequence[str] = ()
    """Why what is missing was not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    conversations: int
    exact_match: float
    mean_absolute_error: float | None
    """Of those that were answered. None: none was."""
    macro_f1: float
    unanswered: int
    """Conversations with at least one part that was not answered."""
    confusion: Mapping[Pair, int]


def quality(judged: Sequence[Judged]) -> Quality:
    """Raises ValueError without any conversation."""
    if not judged:
        raise ValueError("nothing was judged")
    counts = [(one.questions, one.heard_questions) for one in judged]
    # A score takes what was not heard for neutral; here that would make an analyst that is away look like a good one.
    pairs = [(one.emotion, one.heard_emotion) for one in judged]
    return Quality(
        conversations=len(judged),
        exact_match=exact_match(counts),
        mean_absolute_error=mean_absolute_error(counts),
        macro_f1=macro_f1(pairs),
        unanswered=sum(one.heard_questions is None or one.heard_emotion is None for one in judged),
        confusion=Counter(pairs),
    )


def exact_match(counts: Sequence[tuple[int, int | None]]) -> float:
    return sum(labelled == heard for labelled, heard in counts) / len(counts)


def mean_absolute_error(counts: Sequence[tuple[int, int | None]]) -> float | None:
    errors = [abs(labelled - heard) for labelled, heard in counts if heard is not None]
    return sum(errors) / len(errors) if errors else None


def macro_f1(pairs: Sequence[Pair]) -> float:
    classes = {emotion for pair in pairs for emotion in pair if emotion is not None}
    return sum(f1(pairs, emotion) for emotion in classes) / len(classes)


def f1(pairs: Sequence[Pair], emotion: SessionEmotion) -> float:
    right = sum(pair == (emotion, emotion) for pair in pairs)
    wrong = sum((labelled is emotion) != (heard is emotion) for labelled, heard in pairs)
    return 2 * right / (2 * right + wrong) if right + wrong else 0.0
