from dataclasses import dataclass, replace

from application.analysis import Analysis
from application.errors import ConversationNotFound
from application.ports.conversation_logs import ConversationLogs
from application.ports.log_encoder import LogEncoder
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent
from domain.identifiers import ConversationId
from domain.scoring import ScoreBreakdown, ScoringRules
from domain.signals import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedScore:
    event: ConversationEvent
    score: ScoreBreakdown

    @property
    def is_applied(self) -> bool:
        return self.event.score is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewScore:
    """Tells the score that a conversation has, or what it would get now.

    Safe to repeat: it claims nothing and writes nothing. So its ``analysis`` must not have memories extracted, which
    leaves a trace elsewhere; what nobody answered counts nothing and is told as degraded. Raises
    ConversationNotFound, LogUnavailable.
    """

    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    encoder: LogEncoder
    analysis: Analysis
    rules: ScoringRules

    async def __call__(self, conversation_id: ConversationId) -> PreviewedScore:
        async with self.unit_of_work() as work:
            event = await work.events.find(conversation_id)
        if event is None:
            raise ConversationNotFound(conversation_id)
        return PreviewedScore(event=event, score=event.score or await self._estimated(event))

    async def _estimated(self, event: ConversationEvent) -> ScoreBreakdown:
        conversation = await self.encoder.decode(await self.logs.fetch(event.event_id, event.log_location))
        findings = await self.analysis(event, conversation)
        signals = findings.signals
        if findings.failure:
            asked = frozenset(Component) if event.reported.has_memories else frozenset(Component) - {Component.MEMORIES}
            signals = replace(signals, degraded=asked - signals.known)
        return self.rules.score(conversation, signals)
