"""Retries of events that failed together must not come back together."""

from datetime import UTC, datetime, timedelta

from application.ports.conversation_events import ConversationEvents
from application.ports.dice_factory import DiceFactory
from domain.retry_schedule import RetrySchedule

MINUTE = timedelta(minutes=1)
# Chance alone leaves minutes with twice the mean; of this many drawn, the emptiest has 1.2 times it.
DRAWS = 16
# The relay looks every few seconds: what is due at the end of a minute begins in the next, and is not counted there.
LAST_SECONDS = 55


async def uncrowded_draw(
    events: ConversationEvents, schedule: RetrySchedule, dice: DiceFactory, *, failed_attempts: int, now: datetime
) -> float:
    """Of several draws, each within the jitter of the schedule, the one whose minute has the fewest events waiting."""
    draws = [dice.draw() for _ in range(DRAWS)]
    due = {draw: now + wait for draw in draws if (wait := schedule.wait_after(failed_attempts, draw=draw)) is not None}
    within = [draw for draw in due if due[draw].second < LAST_SECONDS]
    if not within:
        return draws[0]
    waiting = await events.waiting_in([_minute(due[draw]) for draw in within])
    return within[waiting.index(min(waiting))]


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
