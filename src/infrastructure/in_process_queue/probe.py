from application.ports.health import QueueProbe, QueueState


class EmbeddedQueueProbe(QueueProbe):
    async def state(self) -> QueueState:
        return QueueState.EMBEDDED
