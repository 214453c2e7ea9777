import asyncio
from dataclasses import dataclass
from datetime import timedelta

from aiormq.exceptions import AMQPError
from faststream.rabbit import RabbitBroker

from application.ports.health import QueueProbe, QueueState
from infrastructure.rabbitmq.topology import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitProbe(QueueProbe):
    """Makes the broker answer: the library's ``ping`` only looks at a flag."""

    broker: RabbitBroker
    topology: Topology
    limit: timedelta

    async def state(self) -> QueueState:
        try:
            async with asyncio.timeout(self.limit.total_seconds()):
                await self.broker.connect()
                await self.topology.declare(self.broker)
        except (TimeoutError, AMQPError, OSError, RuntimeError):
            return QueueState.DISCONNECTED
        return QueueState.CONNECTED
