from dataclasses import dataclass
from datetime import timedelta

from application.errors import DependencyUnavailable
from application.ports.health import QueueProbe, QueueState
from infrastructure.rabbitmq.confirmed_publish import within
from infrastructure.rabbitmq.session import RabbitSession


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitProbe(QueueProbe):
    """Makes the broker answer: the library's ``ping`` only looks at a flag."""

    session: RabbitSession
    limit: timedelta

    async def state(self) -> QueueState:
        try:
            async with within(self.session, self.limit):
                await self.session.consumers()
        except DependencyUnavailable:
            return QueueState.DISCONNECTED
        return QueueState.CONNECTED
