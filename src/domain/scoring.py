import re
from collections.abc import Mapping
from dataclasses import dataclass

from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.points import rounded
from domain.signals import Component, Signals

FORMULA = "v1:"
_WEIGHT = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"
VERSION = rf"{FORMULA}{_WEIGHT}(?:,{_WEIGHT}){{4}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBreakdown:
    """How a change came about; points, except the counts."""

    total_turns: int
    user_initiated_questions: int
    session_emotion: SessionEmotion
    new_memories_count: int
    base_score: float
    engagement_bonus: float
    emotion_bonus: float
    memory_bonus: float
    total_score_before_clamp: float
    final_score_change: float
    rules_version: str
    degraded: tuple[Component, ...]
    providers: Mapping[Component, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """change = max(0, turns + 3 x questions + emotion bonus + 5 x memories), with these weights in points."""

    points_per_turn: float = 1.0
    points_per_question: float = 3.0
    points_per_memory: float = 5.0
    interesting_bonus: float = 15.0
    boring_bonus: float = -15.0

    @property
    def version(self) -> str:
        """Names the formula and its weights, so that a score tells under which rules it was made."""
        weights = (
            self.points_per_turn,
            self.points_per_question,
            self.points_per_memory,
            self.interesting_bonus,
            self.boring_bonus,
        )
        return FORMULA + ",".join(f"{weight:.15g}" for weight in weights)

    def under(self, version: str) -> "ScoringRules":
        """The rules of this version; these here if it names a formula that is not known."""
        if not re.fullmatch(VERSION, version):
            return self
        turn, question, memory, interesting, boring = map(float, version.removeprefix(FORMULA).split(","))
        return ScoringRules(
            points_per_turn=turn,
            points_per_question=question,
            points_per_memory=memory,
            interesting_bonus=interesting,
            boring_bonus=boring,
        )

    def score(self, conversation: Conversation, signals: Signals) -> ScoreBreakdown:
        return self.score_of(conversation.turns, signals)

    def score_of(self, turns: int, signals: Signals) -> ScoreBreakdown:
        """A component nobody knows counts nothing, and an unknown emotion is neutral."""
        questions, memories = signals.questions or 0, signals.memories or 0
        emotion = signals.emotion or SessionEmotion.NEUTRAL
        base = rounded(self.points_per_turn * turns)
        engagement = rounded(self.points_per_question * questions)
        mood, memory = self.emotion_bonus(emotion), rounded(self.points_per_memory * memories)
        total = rounded(base + engagement + mood + memory)
        return ScoreBreakdown(
            total_turns=turns,
            user_initiated_questions=questions,
            session_emotion=emotion,
            new_memories_count=memories,
            base_score=base,
            engagement_bonus=engagement,
            emotion_bonus=mood,
            memory_bonus=memory,
            total_score_before_clamp=total,
            final_score_change=max(0.0, total),
            rules_version=self.version,
            degraded=tuple(sorted(signals.degraded)),
            providers=dict(signals.providers),
        )

    def emotion_bonus(self, emotion: SessionEmotion) -> float:
        bonuses = {SessionEmotion.INTERESTING: self.interesting_bonus, SessionEmotion.BORING: self.boring_bonus}
        return bonuses.get(emotion, 0.0)
