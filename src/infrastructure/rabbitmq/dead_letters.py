from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from application.ports.clock import Clock
from infrastructure.rabbitmq.confirmed_publish import within
from infrastructure.rabbitmq.session import RabbitSession

log = structlog.get_logger("dead letters")
REASON = "x-dead-letter-reason"
PUT_AWAY_AT = "x-dead-lettered-at"
CONTENT_TYPE = "application/octet-stream"
# Enough to see what it was; a hostile message must not fill the queue.
MAX_BODY_BYTES = 4096


@dataclass(slots=True, kw_only=True)
class DeadLetters:
    """Puts away messages that nobody can work on, for a person to look at."""

    session: RabbitSession
    clock: Clock
    timeout: timedelta
    told: Callable[[str], None] = lambda _: None
    """Called with the reason, whatever becomes of the message."""
    count: int = 0
    """Since the start of this process."""

    async def put(self, body: bytes, *, reason: str) -> None:
        """On disk when it returns. Raises DependencyUnavailable."""
        self.count += 1
        log.warning("message put away", reason=reason, size_bytes=len(body), so_far=self.count)
        self.told(reason)
        async with within(self.session, self.timeout):
            broker = await self.session.broker()
            await broker.publish(
                body[:MAX_BODY_BYTES],
                queue=self.session.topology.dead_queue_name,
                content_type=CONTENT_TYPE,
                headers={REASON: reason, PUT_AWAY_AT: self.clock.now().isoformat()},
                persist=True,
            )
