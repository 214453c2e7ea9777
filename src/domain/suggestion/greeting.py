"""Which greeting fits today: an ordered list of occasions, the first that holds and has a row wins."""

from calendar import isleap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, comparable
from domain.dice import Dice
from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.local_time import local_day
from domain.suggestion.errors import NoSuitableAgent

AWAY = timedelta(days=7)
HIGH_STREAK = 5
DEFAULT_REASON = "Phase default greeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    keyword: str
    reason: str
    holds: Callable[[Friendship, datetime], bool]

    def fits(self, row: Agenda) -> bool:
        return self.keyword in keywords_of(row.topic_id, row.agent_id)


def is_birthday(birthday: date | None, today: date) -> bool:
    """A child born on 29 February celebrates on the 28th in common years."""
    if birthday is None:
        return False
    day = birthday.day
    if (birthday.month, day) == (2, 29) and not isleap(today.year):
        day = 28
    return (today.month, today.day) == (birthday.month, day)


def was_away(friendship: Friendship, now: datetime) -> bool:
    """For seven whole days, to the second. A child never met was not away."""
    last = friendship.last_interaction_date
    return last is not None and now - last >= AWAY


OCCASIONS = (
    Occasion(
        keyword="birthday",
        reason="Birthday greeting",
        holds=lambda friendship, now: is_birthday(friendship.birthday, local_day(now)),
    ),
    Occasion(
        keyword="return",
        reason="Returning user greeting",
        holds=was_away,
    ),
    Occasion(
        keyword="streak",
        reason="High streak celebration",
        holds=lambda friendship, now: friendship.streak_on(local_day(now)) >= HIGH_STREAK,
    ),
    Occasion(
        keyword="emotion",
        reason="Emotion check-in",
        holds=lambda friendship, _: friendship.last_emotion in (SessionEmotion.SAD, SessionEmotion.ANGRY),
    ),
    Occasion(
        keyword="follow",
        reason="Follow-up topic greeting",
        holds=lambda friendship, _: bool(friendship.last_followup_topic),
    ),
)


# The greetings of a catalogue are few, and asked about with every answer.
@lru_cache(maxsize=1024)
def keywords_of(topic_id: str, agent_id: str) -> frozenset[str]:
    """The keywords of the occasions that a greeting is for; an ordinary one has none."""
    names = (comparable(topic_id), comparable(agent_id))
    return frozenset(occasion.keyword for occasion in OCCASIONS if any(occasion.keyword in name for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    agenda: Agenda
    reason: str


def choose_greeting(
    friendship: Friendship, catalogue: Catalogue, *, now: datetime, recent_tags: Collection[str], dice: Dice
) -> Greeting:
    """``recent_tags`` are the agent tags of the user's last three greeting conversations.

    Raises NoSuitableAgent when no level up to the user's has a greeting row.
    """
    pool = greeting_pool(friendship, catalogue)
    rows, reason = _on_occasion(friendship, pool, now) or (_ordinary(pool), DEFAULT_REASON)
    return Greeting(agenda=dice.pick(_fresh(rows, recent_tags)), reason=reason)


def greeting_pool(friendship: Friendship, catalogue: Catalogue) -> Sequence[Agenda]:
    """The greetings of the user's level, or of the next lower one that has any. Raises NoSuitableAgent."""
    for level in friendship.level.downwards():
        if rows := catalogue.rows(AgentType.GREETING, level):
            return rows
    raise NoSuitableAgent("no greeting up to the user's level")


def _on_occasion(friendship: Friendship, pool: Sequence[Agenda], now: datetime) -> tuple[Sequence[Agenda], str] | None:
    for occasion in OCCASIONS:
        if occasion.holds(friendship, now) and (rows := [row for row in pool if occasion.fits(row)]):
            return rows, occasion.reason
    return None


def _ordinary(pool: Sequence[Agenda]) -> Sequence[Agenda]:
    return [row for row in pool if not keywords_of(row.topic_id, row.agent_id)] or pool


def _fresh(rows: Sequence[Agenda], recent_tags: Collection[str]) -> Sequence[Agenda]:
    if not recent_tags:
        return rows
    recent = {comparable(tag) for tag in recent_tags}
    fresh = [row for row in rows if not recent & {comparable(row.agent_tag), comparable(row.agent_id)}]
    return fresh or rows


def why_not_greeted(
    row: Agenda,
    pool: Sequence[Agenda],
    friendship: Friendship,
    *,
    now: datetime,
    recent_tags: Collection[str],
    reason: str,
) -> str:
    """Why this row of the pool was passed over in an answer that greets with another one, for this reason."""
    rows, _ = _on_occasion(friendship, pool, now) or (_ordinary(pool), DEFAULT_REASON)
    if row in rows:
        return "the draw fell on another one" if row in _fresh(rows, recent_tags) else "it was used lately"
    holds = any(occasion.holds(friendship, now) for occasion in OCCASIONS if occasion.fits(row))
    if holds:
        return "another occasion comes first"
    return "its occasion does not hold" if keywords_of(row.topic_id, row.agent_id) else f"{reason} comes first"
