import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from faststream.rabbit import RabbitBroker

from infrastructure.rabbitmq.topology import Topology

STOP_SECONDS = 5.0


@dataclass(slots=True, kw_only=True)
class RabbitSession:
    """A connection with the topology declared, made when it is first needed and made anew once it is distrusted.

    The client heals itself in most cases, but remembers what it declared and so never notices that a queue is
    gone, and may get stuck while it restores its channels. Starting over is the one remedy for all of it.
    """

    make_broker: Callable[[], RabbitBroker]
    topology: Topology
    limit: timedelta
    """For declaring; connecting has the client's own."""
    _broker: RabbitBroker | None = None
    _opening: asyncio.Task[RabbitBroker] | None = None
    _leaving: set[asyncio.Task[None]] = field(default_factory=set)

    async def broker(self) -> RabbitBroker:
        """Connected, topology declared. Raises whatever the client raises.

        A caller may give up at any time; the connecting goes on, within its own limits: cancelled in the middle,
        the client would leave a task behind that tries again for ever.
        """
        if self._broker is None:
            if self._opening is None:
                self._opening = asyncio.create_task(self._open())
                self._opening.add_done_callback(self._opened)
            return await asyncio.shield(self._opening)
        return self._broker

    async def consumers(self) -> int:
        """How many consumers the queue has, asked of the server itself. Raises when queue or server are away."""
        connection = await (await self.broker()).connect()
        channel = await connection.channel()
        try:
            queue = await channel.declare_queue(self.topology.queue_name, passive=True)
            return queue.declaration_result.consumer_count or 0
        finally:
            await channel.close()

    def distrust(self) -> None:
        """Hangs up in the background, since that too may hang; the next use connects anew."""
        if self._broker is not None:
            self._hang_up(self._broker)
            self._broker = None

    async def close(self) -> None:
        """Ends within seconds, whatever the server does."""
        if self._opening is not None:
            await asyncio.gather(self._opening, return_exceptions=True)
        self.distrust()
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def _open(self) -> RabbitBroker:
        broker = self.make_broker()
        try:
            await broker.connect()
            async with asyncio.timeout(self.limit.total_seconds()):
                await self.topology.declare(broker)
        except BaseException:
            self._hang_up(broker)
            raise
        return broker

    def _opened(self, opening: asyncio.Task[RabbitBroker]) -> None:
        self._opening = None
        if not opening.cancelled() and opening.exception() is None:
            self._broker = opening.result()

    def _hang_up(self, broker: RabbitBroker) -> None:
        leaving = asyncio.create_task(_stopped(broker))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


async def _stopped(broker: RabbitBroker) -> None:
    with suppress(Exception):  # it was distrusted already
        async with asyncio.timeout(STOP_SECONDS):
            await broker.stop()
