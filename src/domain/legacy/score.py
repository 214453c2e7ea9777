"""Score details of the first implementation; where they lack something, it is zero."""

from domain.emotion import SessionEmotion
from domain.legacy.opening import RULES_VERSION
from domain.legacy.row import RowReader
from domain.scoring import ScoreBreakdown
from domain.signals import Signals


def read_score(row: RowReader) -> ScoreBreakdown | None:
    """None: it was never scored. The change in the row counts, whatever the details say."""
    details = row.part(row.object("score_calculation_details") or {})
    change = row.number("friendship_score_change")
    change = details.number("final_score_change") if change is None else change
    if change is None:
        return None
    return ScoreBreakdown(
        total_turns=details.count("total_turns"),
        user_initiated_questions=details.count("user_initiated_questions"),
        session_emotion=details.emotion("session_emotion") or SessionEmotion.NEUTRAL,
        new_memories_count=details.count("new_memories_count"),
        base_score=details.number("base_score") or 0.0,
        engagement_bonus=details.number("engagement_bonus") or 0.0,
        emotion_bonus=details.number("emotion_bonus") or 0.0,
        memory_bonus=details.number("memory_bonus") or 0.0,
        total_score_before_clamp=_or(details.number("total_score_before_clamp"), change),
        final_score_change=change,
        rules_version=RULES_VERSION,
        degraded=(),
        providers={},
    )


def read_signals(row: RowReader) -> Signals:
    details = row.part(row.object("score_calculation_details") or {})
    return Signals(
        questions=_count(details, "user_initiated_questions"),
        emotion=details.emotion("session_emotion"),
        memories=_count(details, "new_memories_count"),
    )


def _count(details: RowReader, name: str) -> int | None:
    return None if details.number(name) is None else details.count(name)


def _or(number: float | None, other: float) -> float:
    return other if number is None else number
