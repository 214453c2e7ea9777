from dataclasses import dataclass

from application.errors import MemoriesRefused, MemoriesTimedOut
from application.ports.alerts import Alerts
from application.ports.memory_extractor import MemoryExtractor
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedMemories(MemoryExtractor):
    """Tells people when the memory service does not answer in time, or refuses a conversation."""

    memories: MemoryExtractor
    alerts: Alerts

    @property
    def provider(self) -> str:
        return self.memories.provider

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int | None:
        try:
            return await self.memories.extract(user_id, conversation_id, conversation)
        except MemoriesTimedOut:
            self.alerts.raise_alert(
                Alert(
                    type=AlertType.EXTERNAL_API_TIMEOUT,
                    level=AlertLevel.HIGH,
                    component=AlertComponent.MEMORY_SERVICE,
                    what="The memory service did not answer in time.",
                    conversation_id=conversation_id,
                )
            )
            raise
        except MemoriesRefused:
            self.alerts.raise_alert(
                Alert(
                    type=AlertType.ANALYSIS_DEGRADED,
                    level=AlertLevel.LOW,
                    component=AlertComponent.MEMORIES,
                    what="The memory service refused a conversation.",
                    conversation_id=conversation_id,
                )
            )
            raise
