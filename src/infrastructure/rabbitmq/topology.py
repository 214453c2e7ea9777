"""Exchange and queues, declared alike by those who publish and those who consume."""

from dataclasses import dataclass

from faststream.rabbit import ExchangeType, QueueType, RabbitBroker, RabbitExchange, RabbitQueue

# The broker may be asked to declare while it is frozen; nothing waits for it longer than this.
DECLARE_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    exchange_name: str = "conversation_exchange"
    queue_name: str = "conversation_events_processing"
    routing_key: str = "conversation.end"
    dead_queue_name: str = "conversation_events_dead"

    @property
    def exchange(self) -> RabbitExchange:
        return RabbitExchange(self.exchange_name, type=ExchangeType.DIRECT, durable=True)

    @property
    def queue(self) -> RabbitQueue:
        return RabbitQueue(
            self.queue_name,
            queue_type=QueueType.QUORUM,
            durable=True,
            routing_key=self.routing_key,
            # Through the default exchange: the dead letters need no exchange of their own.
            arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": self.dead_queue_name},
        )

    @property
    def dead_queue(self) -> RabbitQueue:
        return RabbitQueue(self.dead_queue_name, queue_type=QueueType.QUORUM, durable=True)

    async def declare(self, broker: RabbitBroker) -> None:
        """Makes what is missing. The broker must be connected."""
        exchange = await broker.declare_exchange(self.exchange)
        await broker.declare_queue(self.dead_queue)
        queue = await broker.declare_queue(self.queue)
        await queue.bind(exchange, routing_key=self.routing_key, timeout=DECLARE_TIMEOUT_SECONDS)
