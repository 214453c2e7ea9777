"""Degraded scores that are looked at again: one trace each, linked to the conversation's own."""

from dataclasses import dataclass

from application.use_cases.heal_degraded_scores import HealDegradedScores, HealedScore
from domain.event import ConversationEvent
from infrastructure.tracing.tracer import Attributes, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedHealDegradedScores(HealDegradedScores):
    """Nobody asked for it, so that it begins a trace; the calls of the model and the statements belong to it."""

    tracer: Tracer

    async def _heal(self, event: ConversationEvent, *, early: bool) -> HealedScore:
        attributes: Attributes = {"event.id": event.event_id, "conversation.id": event.conversation_id}
        with self.tracer.span("heal", attributes=attributes) as span:
            if event.traceparent is not None:
                span.continues(event.traceparent)
            # By name: a class with slots is made twice, and a bare super() means the first.
            healed = await super(TracedHealDegradedScores, self)._heal(event, early=early)
            span.note({"healing.outcome": healed.outcome.value})
            return healed
