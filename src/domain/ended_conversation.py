from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from domain.bot_type import NEXT_LESSON, normalised_bot_type
from domain.errors import DomainError
from domain.identifiers import BotId, ConversationId, UserId
from domain.local_time import HO_CHI_MINH


class EndsBeforeItStarts(DomainError):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedConversation:
    """What the robot's backend reports of a conversation, the log aside."""

    conversation_id: ConversationId
    user_id: UserId
    bot_type: str
    bot_id: BotId
    bot_name: str
    agent_tag: str | None
    start_time: datetime
    end_time: datetime

    def __post_init__(self) -> None:
        if self.end_time <= self.start_time:
            raise EndsBeforeItStarts("end_time must be after start_time")

    @property
    def duration_seconds(self) -> float:
        return (self.end_time - self.start_time).total_seconds()

    @property
    def has_memories(self) -> bool:
        """A lesson teaches Pika nothing new about the child."""
        return normalised_bot_type(self.bot_type) != NEXT_LESSON


def candidate_ids(reported: EndedConversation) -> Iterator[ConversationId]:
    """Ids to keep a conversation under, in order of preference; endless.

    The backend reuses ids for distinct sessions. The time in the id is that of the session's end, not of its
    arrival: a client that repeats itself then finds its own event again instead of making another.
    """
    yield reported.conversation_id
    stamped = f"{reported.conversation_id}_{reported.end_time.astimezone(HO_CHI_MINH):%Y%m%d_%H%M%S}"
    yield ConversationId(stamped)
    for number in count(2):
        yield ConversationId(f"{stamped}_{number}")
