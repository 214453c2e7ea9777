from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Speaker(StrEnum):
    PIKA = "pika"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    turn_id: int
    speaker: Speaker
    text: str
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    utterances: tuple[Utterance, ...] = ()

    @property
    def turns(self) -> int:
        return count_turns([utterance.speaker for utterance in self.utterances])

    def said_by(self, speaker: Speaker) -> int:
        """Number of utterances of this speaker."""
        return sum(1 for utterance in self.utterances if utterance.speaker is speaker)


def count_turns(speakers: Sequence[Speaker]) -> int:
    """Adjacent pairs of different speakers, scanned left to right, no utterance in two pairs.

    pupu counts 2, puupp counts 2, pppp counts 0.
    """
    turns = position = 0
    while position + 1 < len(speakers):
        answered = speakers[position] is not speakers[position + 1]
        turns += answered
        position += 2 if answered else 1
    return turns
