"""Which greeting fits today: an ordered list of occasions, the first that holds and has a row wins."""

from calendar import isleap
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, comparable
from domain.dice import Dice
from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.local_time import local_day
from domain.suggestion.errors import NoSuitableAgent

DAYS_AWAY = 7
HIGH_STREAK = 5
DEFAULT_REASON = "Phase default greeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    keyword: str
    reason: str
    holds: Callable[[Friendship, date], bool]

    def fits(self, row: Agenda) -> bool:
        return self.keyword in comparable(row.topic_id) or self.keyword in comparable(row.agent_id)


def is_birthday(birthday: date | None, today: date) -> bool:
    """A child born on 29 February celebrates on the 28th in common years."""
    if birthday is None:
        return False
    day = birthday.day
    if (birthday.month, day) == (2, 29) and not isleap(today.year):
        day = 28
    return (today.month, today.day) == (birthday.month, day)


def days_away(friendship: Friendship, today: date) -> int:
    """Whole calendar days since the last interaction; 0 for a child never met."""
    last = friendship.last_interaction_date
    return (today - local_day(last)).days if last else 0


OCCASIONS = (
    Occasion(
        keyword="birthday",
        reason="Birthday greeting",
        holds=lambda friendship, today: is_birthday(friendship.birthday, today),
    ),
    Occasion(
        keyword="return",
        reason="Returning user greeting",
        holds=lambda friendship, today: days_away(friendship, today) >= DAYS_AWAY,
    ),
    Occasion(
        keyword="streak",
        reason="High streak celebration",
        holds=lambda friendship, today: friendship.streak_on(today) >= HIGH_STREAK,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    agenda: Agenda
    reason: str


def choose_greeting(
    friendship: Friendship, catalogue: Catalogue, *, today: date, recent_tags: Collection[str], dice: Dice
) -> Greeting:
    """``recent_tags`` are the agent tags of the user's last three greeting conversations.

    Raises NoSuitableAgent when no level up to the user's has a greeting row.
    """
    pool = _pool(friendship, catalogue)
    rows, reason = _on_occasion(friendship, pool, today) or (_ordinary(pool), DEFAULT_REASON)
    return Greeting(agenda=dice.pick(_fresh(rows, recent_tags)), reason=reason)


def _pool(friendship: Friendship, catalogue: Catalogue) -> Sequence[Agenda]:
    for level in friendship.level.downwards():
        if rows := catalogue.rows(AgentType.GREETING, level):
            return rows
    raise NoSuitableAgent("no greeting up to the user's level")


def _on_occasion(friendship: Friendship, pool: Sequence[Agenda], today: date) -> tuple[Sequence[Agenda], str] | None:
    for occasion in OCCASIONS:
        rows = [row for row in pool if occasion.fits(row)]
        if rows and occasion.holds(friendship, today):
            return rows, occasion.reason
    return None


def _ordinary(pool: Sequence[Agenda]) -> Sequence[Agenda]:
    return [row for row in pool if not any(occasion.fits(row) for occasion in OCCASIONS)] or pool


def _fresh(rows: Sequence[Agenda], recent_tags: Collection[str]) -> Sequence[Agenda]:
    recent = {comparable(tag) for tag in recent_tags}
    fresh = [row for row in rows if not recent & {comparable(row.agent_tag), comparable(row.agent_id)}]
    return fresh or rows
