from dataclasses import dataclass, replace

from application.ports.conversation_intake import ConversationIntake
from domain.event import ConversationEvent, NewEvent
from infrastructure.tracing.tracer import Attributes, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedIntake(ConversationIntake):
    """Has the request that reported an event kept with it, so that all later work belongs to one trace."""

    intake: ConversationIntake
    tracer: Tracer

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        request = self.tracer.under_way()
        traced = replace(event, traceparent=request.traceparent) if request else event
        attributes: Attributes = {"conversation.id": event.conversation_id, "log.size": event.log.size_bytes}
        with self.tracer.inner("accept event", attributes=attributes):
            return await self.intake.accept(traced, inline_log)
