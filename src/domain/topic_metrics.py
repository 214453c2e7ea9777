from dataclasses import dataclass, replace
from datetime import datetime

from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId
from domain.points import rounded

FAMILIAR_FROM = 50.0
FAVOURITE_FROM = 150.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMetrics:
    """How one user and one topic get along."""

    score: float = 0.0
    turns: int = 0
    friendship_level: FriendshipLevel = FriendshipLevel.PHASE1_STRANGER
    last_date: datetime | None = None
    agents_used: tuple[BotId, ...] = ()

    def changed_by(self, *, points: float, turns: int, user_level: FriendshipLevel) -> "TopicMetrics":
        score = rounded(max(0.0, self.score + points))
        return replace(
            self,
            score=score,
            turns=max(0, self.turns + turns),
            friendship_level=topic_level(self.friendship_level, score=score, user_level=user_level),
        )

    def visited(self, *, at: datetime, with_bot: BotId) -> "TopicMetrics":
        used = self.agents_used if with_bot in self.agents_used else (*self.agents_used, with_bot)
        return replace(self, last_date=max(self.last_date or at, at), agents_used=used)

    def joined_with(self, other: "TopicMetrics", *, user_level: FriendshipLevel) -> "TopicMetrics":
        """Of the same topic, kept apart until now."""
        score = rounded(self.score + other.score)
        was = max(self.friendship_level, other.friendship_level, key=lambda level: level.rank)
        dates = [moment for moment in (self.last_date, other.last_date) if moment]
        return TopicMetrics(
            score=score,
            turns=self.turns + other.turns,
            friendship_level=topic_level(was, score=score, user_level=user_level),
            last_date=max(dates, default=None),
            agents_used=tuple(dict.fromkeys((*self.agents_used, *other.agents_used))),
        )


def topic_level(was: FriendshipLevel, *, score: float, user_level: FriendshipLevel) -> FriendshipLevel:
    """A topic climbs with its score, falls only below 50 points, and never stands above the user."""
    friend, acquaintance = FriendshipLevel.PHASE3_FRIEND, FriendshipLevel.PHASE2_ACQUAINTANCE
    if score >= FAVOURITE_FROM and user_level.rank >= friend.rank:
        earned = friend
    elif score >= FAMILIAR_FROM and user_level.rank >= acquaintance.rank:
        earned = friend if was is friend else acquaintance
    elif score < FAMILIAR_FROM:
        earned = FriendshipLevel.PHASE1_STRANGER
    else:
        earned = was
    return earned.at_most(user_level)
