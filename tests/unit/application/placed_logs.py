"""A world whose logs belong on a shelf outside its database."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from application.log_placement import LogPlacement
from application.ports.conversation_intake import ConversationIntake
from application.use_cases.calculate_score import ScoringOutcome
from application.use_cases.collect_orphaned_logs import CollectOrphanedLogs
from application.use_cases.move_logs import MoveLogs
from application.use_cases.record_conversation_end import RecordConversationEnd, RecordConversationEndCommand
from domain.event import ConversationEvent
from domain.identifiers import EventId
from infrastructure.in_memory.log_shelf import SCHEME, InMemoryLogShelf
from tests.examples import a_reported_conversation
from tests.unit.application.world import World, log_items

PAUSE = timedelta(seconds=5)
ORPHAN_AGE = timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class PlacedLogs:
    world: World = field(default_factory=World)
    shelf: InMemoryLogShelf = field(init=False)
    logs: LogPlacement = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = InMemoryLogShelf(clock=self.world.clock)
        self.logs = LogPlacement(
            stores={"memory": self.world.logs, SCHEME: self.shelf},
            preferred=SCHEME,
            fallback="memory",
            clock=self.world.clock,
            pause=PAUSE,
        )

    def recording(self) -> RecordConversationEnd:
        return replace(self.world.recording(), logs=self.logs)

    async def recorded(self, conversation_id: str = "conv_0001") -> ConversationEvent:
        return await self._recorded(self.recording(), conversation_id)

    async def record_through(self, intake: ConversationIntake) -> ConversationEvent:
        return await self._recorded(replace(self.recording(), intake=intake), "conv_0001")

    async def _recorded(self, record: RecordConversationEnd, conversation_id: str) -> ConversationEvent:
        reported = a_reported_conversation(conversation_id)
        command = RecordConversationEndCommand(reported=reported, log_items=log_items("pu pu"))
        return (await record(command)).event

    async def score(self, event: ConversationEvent) -> ScoringOutcome:
        return await replace(self.world.scoring(), logs=self.logs)(event.event_id)

    def moving(self, *, batch_size: int = 25) -> MoveLogs:
        return MoveLogs(
            unit_of_work=self.world.unit_of_work, database=self.world.logs, store=self.shelf, batch_size=batch_size
        )

    def collecting(self, *, batch_size: int = 500) -> CollectOrphanedLogs:
        return CollectOrphanedLogs(
            unit_of_work=self.world.unit_of_work,
            logs=self.logs,
            clock=self.world.clock,
            min_age=ORPHAN_AGE,
            batch_size=batch_size,
        )

    def location(self, event: ConversationEvent) -> str:
        """Where the log of this event lies now."""
        return self.world.event(event.event_id).log_location

    @property
    def inline(self) -> dict[EventId, bytes]:
        """The logs that lie in the database."""
        return dict(self.world.database.tables.logs)
