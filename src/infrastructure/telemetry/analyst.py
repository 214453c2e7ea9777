from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from application.errors import AnalystOverRate, AnalystTimedOut, AnalystUnavailable
from application.ports.alerts import Alerts
from application.ports.conversation_analyst import ConversationAnalyst
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.conversation import Conversation
from domain.emotion import SessionEmotion

Answer = TypeVar("Answer")
TYPES = {AnalystTimedOut: AlertType.LLM_TIMEOUT, AnalystOverRate: AlertType.LLM_RATE_LIMIT}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedAnalyst(ConversationAnalyst):
    """Tells people of parts that could not be had, and at once if the reason is time or a rate limit."""

    analyst: ConversationAnalyst
    alerts: Alerts

    @property
    def provider(self) -> str:
        return self.analyst.provider

    async def count_questions(self, conversation: Conversation) -> int | None:
        return await self._watched(AlertComponent.QUESTIONS, self.analyst.count_questions(conversation))

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        return await self._watched(AlertComponent.EMOTION, self.analyst.hear_emotion(conversation))

    async def _watched(self, part: AlertComponent, answer: Awaitable[Answer]) -> Answer:
        try:
            return await answer
        except AnalystUnavailable as error:
            if (kind := TYPES.get(type(error))) is not None:
                self._raise(kind, AlertLevel.HIGH, AlertComponent.LLM, f"{error}, the last try included.")
            self._raise(AlertType.ANALYSIS_DEGRADED, AlertLevel.LOW, part, f"No {part}: {error}.")
            raise

    def _raise(self, kind: AlertType, level: AlertLevel, component: AlertComponent, what: str) -> None:
        self.alerts.raise_alert(Alert(type=kind, level=level, component=component, what=what))
