"""What people are told when an event cannot be worked on."""

from dataclasses import dataclass, field

from application.use_cases.calculate_score import ScoringOutcome
from domain.alert import AlertComponent, AlertLevel, AlertType
from domain.catalogue import Catalogue
from domain.event_status import FailureCode
from domain.identifiers import EventId
from entrypoints.consumer.handler import EventHandler
from infrastructure.in_memory.alerts import RememberingAlerts
from tests.unit.application.world import HeldCatalogue, World

CANARY = "my dog Canary ran away"


@dataclass(slots=True, kw_only=True)
class BrokenCatalogue(HeldCatalogue):
    """A bug, with a child's words in its message."""

    repaired: bool = False

    def current(self) -> Catalogue:
        if not self.repaired:
            raise ZeroDivisionError(CANARY)
        return self.catalogue


@dataclass(slots=True, kw_only=True)
class Consumer:
    catalogue: BrokenCatalogue = field(default_factory=BrokenCatalogue)
    alerts: RememberingAlerts = field(default_factory=RememberingAlerts)
    world: World = field(init=False)
    handler: EventHandler = field(init=False)

    def __post_init__(self) -> None:
        self.world = World(catalogue=self.catalogue)
        self.handler = EventHandler(calculate_score=self.world.scoring(), alerts=self.alerts)


async def test_a_bug_is_told_as_such_without_what_was_said_and_costs_an_attempt() -> None:
    consumer = Consumer()
    event_id = await consumer.world.recorded()

    outcome = await consumer.handler(event_id)

    (alert,) = consumer.alerts.raised
    assert outcome is None
    assert (alert.type, alert.level) == (AlertType.SYSTEM_ERROR, AlertLevel.CRITICAL)
    assert alert.component is AlertComponent.CONSUMER
    assert alert.what == f"Event {event_id} failed unexpectedly: ZeroDivisionError."
    assert consumer.world.event(event_id).error_code is FailureCode.UNEXPECTED_ERROR


async def test_a_bug_in_one_event_leaves_the_handler_working_for_the_next() -> None:
    consumer = Consumer()
    await consumer.handler(await consumer.world.recorded())
    consumer.catalogue.repaired = True

    outcome = await consumer.handler(await consumer.world.recorded(said="pu pu"))

    assert outcome is ScoringOutcome.PROCESSED
    assert len(consumer.alerts.raised) == 1


async def test_an_event_that_nobody_knows_is_no_bug() -> None:
    consumer = Consumer()

    outcome = await consumer.handler(EventId(404))

    assert outcome is ScoringOutcome.UNKNOWN
    assert consumer.alerts.raised == []
