"""A worker whose analysis waits for a word, so that anything may happen in the middle of it."""

import asyncio
from dataclasses import dataclass, field, replace

from application.analysis import Analysis
from application.errors import MemoriesRefused, MemoriesUnavailable
from application.ports.memory_extractor import MemoryExtractor
from application.use_cases.calculate_score import ScoringOutcome
from domain.conversation import Conversation
from domain.event import ConversationEvent
from domain.identifiers import ConversationId, EventId, UserId
from tests.unit.application.world import World

# More turns of the loop than any step of a use case takes when nothing is waited for.
TURNS = 100


@dataclass(slots=True, kw_only=True)
class WaitingMemories(MemoryExtractor):
    asked: bool = False
    answer: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def provider(self) -> str:
        return "waiting"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        self.asked = True
        return await self.answer


@dataclass(slots=True, kw_only=True)
class Worker:
    """At work on an event it has claimed."""

    name: str
    claimed: ConversationEvent
    memories: WaitingMemories
    task: asyncio.Task[ScoringOutcome]

    async def finish(self, memories: int) -> None:
        self.memories.answer.set_result(memories)
        await asyncio.wait({self.task})

    async def be_refused(self) -> None:
        """The event is processed, but degraded."""
        self.memories.answer.set_exception(MemoriesRefused())
        await asyncio.wait({self.task})

    async def fail(self) -> None:
        self.memories.answer.set_exception(MemoriesUnavailable())
        await asyncio.wait({self.task})

    async def stop(self) -> None:
        """Told to, and in time: it hands back what it has."""
        self.task.cancel()
        await asyncio.wait({self.task})


async def begin(world: World, event_id: EventId, name: str) -> Worker | None:
    """None: there was nothing to do, or no need to wait."""
    memories = WaitingMemories()
    scoring = world.scoring(name)
    analysis = Analysis(analyst=world.analyst, memories=memories, limit=world.analysis_limit)
    task = asyncio.create_task(replace(scoring, analysis=analysis)(event_id))
    for _ in range(TURNS):
        await asyncio.sleep(0)
        if memories.asked or task.done():
            break
    if task.done():
        task.result()
        return None
    assert memories.asked
    return Worker(name=name, claimed=world.event(event_id), memories=memories, task=task)
