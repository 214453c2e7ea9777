from dataclasses import dataclass

from application.errors import MemoriesRefused, MemoriesTimedOut, MemoriesUnavailable
from application.ports.memory_extractor import MemoryExtractor
from domain.conversation import Conversation
from domain.identifiers import ConversationId, UserId
from infrastructure.memory_api.connection import MemoryApiConnection
from infrastructure.memory_api.replies import counted
from infrastructure.memory_api.wire import PATH, extraction, idempotency_key
from infrastructure.resilience.errors import AttemptFailed, AttemptTimedOut, CallFailed, OutOfTime
from infrastructure.resilience.guard import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryApiExtractor(MemoryExtractor):
    """Asks the memory service once: the ladder of the event is the retry.

    Safe to repeat, because the service extracts once for an idempotency key, and the key is the conversation id.
    """

    connection: MemoryApiConnection
    guard: Guard

    @property
    def provider(self) -> str:
        return "memory_api"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        body = await extraction(user_id, conversation_id, conversation)
        if body is None:
            return 0

        async def ask() -> int:
            return counted(await self.connection.post(PATH, body, idempotency_key=idempotency_key(conversation_id)))

        try:
            return await self.guard(ask)
        except CallFailed as failure:
            raise _meant(failure) from None


def _meant(failure: CallFailed) -> Exception:
    if isinstance(failure, AttemptTimedOut | OutOfTime):
        return MemoriesTimedOut(str(failure))
    if isinstance(failure, AttemptFailed) and not failure.transient:
        return MemoriesRefused(str(failure))
    return MemoriesUnavailable(str(failure))
