from collections import defaultdict
from collections.abc import Sequence

from domain.emotion import SessionEmotion
from infrastructure.rules.feelings import DENIED, FACES
from infrastructure.rules.lexicon import FEELINGS, Finding
from infrastructure.rules.sentences import LONGEST_UTTERANCE, Clause

Weights = defaultdict[SessionEmotion, float]

RAISED_QUESTION = 0.7
EXCLAMATION = 0.25
LONG_UTTERANCE_WORDS = 14
LONG_UTTERANCE = 0.4
SHORT_REFUSAL = 0.7
FACE = 1.2
# One utterance cannot decide a session, however often it repeats itself.
MOST_FROM_ONE_UTTERANCE = 3.0
# A feeling must be heard more than once, or strongly, and more in a long session than in a short one.
LEAST_HEARD = 1.8
LEAST_HEARD_PER_UTTERANCE = 0.2

DENIALS = frozenset({
    "không", "chẳng", "chả", "chưa", "đâu", "hết", "đỡ", "đừng",
    "not", "never", "no", "don't", "didn't", "doesn't", "isn't", "wasn't", "can't", "ain't",
})  # fmt: skip
DENIAL_REACH = 2
REFUSALS = frozenset({"không", "thôi", "no", "nope", "nah", "no thanks", "thôi không", "không không", "bye"})
ASKED_OF_PIKA = (("are", "you"), ("do", "you"), ("is", "it"))
# Which feeling is heard when two are equally strong: distress must not be overheard.
PRECEDENCE = (
    SessionEmotion.SAD,
    SessionEmotion.ANGRY,
    SessionEmotion.BORING,
    SessionEmotion.HAPPY,
    SessionEmotion.INTERESTING,
)


class EmotionTally:
    """Adds up what the child's utterances tell, later ones a little louder."""

    def __init__(self) -> None:
        self._heard: Weights = defaultdict(float)
        self._utterances = 0

    def listen(self, text: str, clauses: Sequence[Clause], *, raised_question: bool, loudness: float) -> None:
        self._utterances += 1
        told = _told(clauses)
        _add_faces(told, text[:LONGEST_UTTERANCE])
        told[SessionEmotion.INTERESTING] += _engagement(clauses, raised_question=raised_question)
        for emotion, weight in told.items():
            self._heard[emotion] += min(weight, MOST_FROM_ONE_UTTERANCE) * loudness

    @property
    def overall(self) -> SessionEmotion:
        strongest = max(PRECEDENCE, key=lambda emotion: self._heard[emotion])
        least = max(LEAST_HEARD, LEAST_HEARD_PER_UTTERANCE * self._utterances)
        return strongest if self._heard[strongest] >= least else SessionEmotion.NEUTRAL


def _told(clauses: Sequence[Clause]) -> Weights:
    told: Weights = defaultdict(float)
    for clause in clauses:
        told[SessionEmotion.BORING] += SHORT_REFUSAL * (clause.text in REFUSALS)
        for finding in FEELINGS.findings(clause.words):
            emotion, weight = _meant(finding, clause.words)
            told[emotion] += weight
    return told


def _meant(finding: Finding, words: tuple[str, ...]) -> tuple[SessionEmotion, float]:
    if _asks_whether(finding, words):
        return finding.emotion, 0.0
    if not DENIALS.isdisjoint(words[max(0, finding.start - DENIAL_REACH) : finding.start]):
        return DENIED.get(finding.emotion, (finding.emotion, 0.0))
    return finding.emotion, finding.weight


def _asks_whether(finding: Finding, words: tuple[str, ...]) -> bool:
    """Nothing is told about the child by "Pika có buồn không?" or "are you sad?"."""
    return "không" in words[finding.end : finding.end + 2] or words[:2] in ASKED_OF_PIKA


def _engagement(clauses: Sequence[Clause], *, raised_question: bool) -> float:
    long = sum(len(clause.words) for clause in clauses) >= LONG_UTTERANCE_WORDS
    exclaimed = any(clause.exclaimed for clause in clauses)
    return RAISED_QUESTION * raised_question + EXCLAMATION * exclaimed + LONG_UTTERANCE * long


def _add_faces(told: Weights, text: str) -> None:
    for faces, emotion in FACES.items():
        told[emotion] += FACE * any(face in text for face in faces)
