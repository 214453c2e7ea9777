from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from domain.emotion import SessionEmotion
from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId, TopicId, UserId
from domain.ledger import LedgerEntry
from domain.local_time import local_day
from domain.points import rounded
from domain.topic_metrics import TopicMetrics

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a friendship remembers of an ended conversation beside its points."""

    ended_at: datetime
    bot_id: BotId
    emotion: SessionEmotion | None
    """None: nobody analysed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Friendship:
    """How one child and Pika get along. A new one has the defaults of a first touch."""

    user_id: UserId
    score: float = 0.0
    streak_day: int = 0
    last_interaction_date: datetime | None = None
    topics: Mapping[TopicId, TopicMetrics] = field(default_factory=dict)
    last_emotion: SessionEmotion | None = None
    last_followup_topic: str | None = None
    birthday: date | None = None

    @property
    def level(self) -> FriendshipLevel:
        return FriendshipLevel.of_score(self.score)

    def grown_by(self, entry: LedgerEntry, session: Session) -> "Friendship":
        """After a conversation was counted for the first time."""
        grown = self.corrected_by(entry)
        met = grown._met_on(session.ended_at)  # noqa: SLF001 - a friendship speaking of itself
        visited = met._visited(entry.topic_id, session)  # noqa: SLF001
        return replace(visited, last_emotion=session.emotion or self.last_emotion)

    def corrected_by(self, entry: LedgerEntry) -> "Friendship":
        """With the points and turns of this entry; dates and mood stay as they were."""
        after = replace(self, score=rounded(max(0.0, self.score + entry.change)))
        if entry.topic_id is None:
            return after
        topic = self.topics.get(entry.topic_id, TopicMetrics())
        changed = topic.changed_by(points=entry.change, turns=entry.turns, user_level=after.level)
        return replace(after, topics={**self.topics, entry.topic_id: changed})

    def standing_at(self, levels: Mapping[TopicId, FriendshipLevel]) -> "Friendship":
        """With these levels of topics: after a correction they follow from the whole ledger (``refold.py``)."""
        topics = {
            topic_id: replace(topic, friendship_level=levels.get(topic_id, topic.friendship_level))
            for topic_id, topic in self.topics.items()
        }
        return replace(self, topics=topics)

    def feeling(self, emotion: SessionEmotion) -> "Friendship":
        """The last emotion turns out to have been another one."""
        return replace(self, last_emotion=emotion)

    def born_on(self, birthday: date | None) -> "Friendship":
        return replace(self, birthday=birthday)

    def followed_up_with(self, topic: str | None) -> "Friendship":
        """What Pika wants to come back to; None: nothing."""
        return replace(self, last_followup_topic=topic)

    def streak_on(self, today: date) -> int:
        """The streak as a reader sees it: 0 once a whole day was missed."""
        if self.last_interaction_date is None or local_day(self.last_interaction_date) < today - ONE_DAY:
            return 0
        return self.streak_day

    def _visited(self, topic_id: TopicId | None, session: Session) -> "Friendship":
        if topic_id is None:
            return self
        visited = self.topics[topic_id].visited(at=session.ended_at, with_bot=session.bot_id)
        return replace(self, topics={**self.topics, topic_id: visited})

    def _met_on(self, moment: datetime) -> "Friendship":
        last = self.last_interaction_date
        if last is not None and moment < last:
            return self
        return replace(self, streak_day=self._streak_after(moment), last_interaction_date=moment)

    def _streak_after(self, moment: datetime) -> int:
        if self.last_interaction_date is None:
            return 1
        days = local_day(moment) - local_day(self.last_interaction_date)
        if not days:
            return self.streak_day
        return self.streak_day + 1 if days == ONE_DAY else 1
