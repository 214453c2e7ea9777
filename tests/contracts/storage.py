"""Everything that one database holds, as the ports show it; the same for every kind of database."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.catalogue_news import CatalogueNews
from application.ports.catalogues import Catalogues
from application.ports.conversation_events import Announcement, Backlog
from application.ports.conversation_intake import ConversationIntake
from application.ports.conversation_logs import ConversationLogs
from application.ports.health import DatabaseProbe
from application.ports.offers import Offers
from application.ports.suggestion_facts import SuggestionFactsSource
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ended_conversation import EndedConversation
from domain.event import Attempt, ConversationEvent, LogSummary, NewEvent
from domain.friendship import Friendship
from domain.identifiers import ConversationId, EventId, UserId
from infrastructure.in_memory.catalogue_news import InMemoryCatalogueNews
from infrastructure.in_memory.catalogues import InMemoryCatalogues
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.conversation_intake import InMemoryConversationIntake
from infrastructure.in_memory.conversation_logs import InMemoryConversationLogs
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.offers import InMemoryOffers
from infrastructure.in_memory.probe import InMemoryProbe
from infrastructure.in_memory.suggestion_facts import InMemorySuggestionFacts
from infrastructure.in_memory.unit_of_work import InMemoryUnitOfWorkFactory
from infrastructure.postgres.catalogue_news import PostgresCatalogueNews
from infrastructure.postgres.catalogues import PostgresCatalogues
from infrastructure.postgres.conversation_intake import BatchingConversationIntake
from infrastructure.postgres.conversation_logs import PostgresConversationLogs
from infrastructure.postgres.engine import make_listening_engine
from infrastructure.postgres.offers import PostgresOffers
from infrastructure.postgres.probe import PostgresProbe
from infrastructure.postgres.suggestion_facts import PostgresSuggestionFacts
from infrastructure.postgres.unit_of_work import PostgresUnitOfWorkFactory
from tests.examples import ENDED, USER, a_reported_conversation

LEASE = timedelta(seconds=60)
LIMIT = timedelta(seconds=30)
AGAIN = timedelta(minutes=1)
SILENCE = timedelta(milliseconds=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """The ports of one database, and shorthands that do one thing in one committed unit of work."""

    unit_of_work: UnitOfWorkFactory
    intake: ConversationIntake
    logs: ConversationLogs
    catalogues: Catalogues
    news: CatalogueNews
    facts: SuggestionFactsSource
    offers: Offers
    probe: DatabaseProbe
    clock: FakeClock

    async def add(self, new: NewEvent, log: bytes | None = b"a log") -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            event = await work.events.add(new, log)
            await work.commit()
        return event

    async def added(self, new: NewEvent, log: bytes | None = b"a log") -> ConversationEvent:
        event = await self.add(new, log)
        assert event is not None
        return event

    async def event(self, event_id: EventId) -> ConversationEvent:
        async with self.unit_of_work() as work:
            event = await work.events.get(event_id)
        assert event is not None
        return event

    async def claim(
        self, event: ConversationEvent, *, now: datetime = ENDED, worker: str = "worker_1", early: bool = False
    ) -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            claimed = await work.events.claim(event.event_id, worker=worker, now=now, lease=LEASE, early=early)
            await work.commit()
        return claimed

    async def claimed(
        self, event: ConversationEvent, *, now: datetime = ENDED, worker: str = "worker_1"
    ) -> ConversationEvent:
        claimed = await self.claim(event, now=now, worker=worker)
        assert claimed is not None
        return claimed

    async def save(self, event: ConversationEvent, *, ended_at: datetime = ENDED) -> None:
        async with self.unit_of_work() as work:
            await work.events.save(event, ended_at=ended_at)
            await work.commit()

    async def replace(self, event: ConversationEvent, *, was: ConversationEvent, at: datetime = ENDED) -> None:
        async with self.unit_of_work() as work:
            await work.events.replace(event, was=was, at=at)
            await work.commit()

    async def attempts(self, event: ConversationEvent) -> Sequence[Attempt]:
        async with self.unit_of_work() as work:
            return await work.events.attempts(event.event_id)

    async def take(self, *, now: datetime, again_at: datetime | None = None, limit: int = 100) -> list[Announcement]:
        async with self.unit_of_work() as work:
            taken = await work.events.take_unannounced(now=now, again_at=again_at or now + AGAIN, limit=limit)
            await work.commit()
        return list(taken)

    async def backlog(self, now: datetime) -> Backlog:
        async with self.unit_of_work() as work:
            return await work.events.backlog(now)

    async def friendship(self, user_id: UserId = USER) -> Friendship | None:
        async with self.unit_of_work() as work:
            return await work.friendships.find(user_id)

    async def keep_friendship(self, friendship: Friendship) -> None:
        async with self.unit_of_work() as work:
            await work.friendships.held(friendship.user_id)
            await work.friendships.save(friendship)
            await work.commit()


def a_new_event(
    conversation_id: str = "conv_0001",
    *,
    reported: EndedConversation | None = None,
    content: str | None = None,
    created_at: datetime = ENDED,
    log_location: str = "somewhere:",
    traceparent: str | None = None,
) -> NewEvent:
    """Its content, and so its fingerprint, follows from the conversation's id unless said."""
    return NewEvent(
        conversation_id=ConversationId(conversation_id),
        reported=reported or a_reported_conversation(conversation_id),
        log=LogSummary(utterances=6, pika=3, user=3, size_bytes=600),
        log_location=log_location,
        fingerprint=hashlib.sha256((content or conversation_id).encode()).hexdigest(),
        created_at=created_at,
        traceparent=traceparent,
    )


def in_memory_storage(*, reachable: bool = True) -> Storage:
    database, clock = InMemoryDatabase(reachable=reachable), FakeClock()
    unit_of_work = InMemoryUnitOfWorkFactory(database=database)
    return Storage(
        unit_of_work=unit_of_work,
        intake=InMemoryConversationIntake(unit_of_work=unit_of_work),
        logs=InMemoryConversationLogs(database=database),
        catalogues=InMemoryCatalogues(database=database),
        news=InMemoryCatalogueNews(database=database),
        facts=InMemorySuggestionFacts(database=database),
        offers=InMemoryOffers(database=database),
        probe=InMemoryProbe(database=database, clock=clock),
        clock=clock,
    )


def postgres_storage(engine: AsyncEngine) -> Storage:
    clock, reading = FakeClock(), engine.execution_options(isolation_level="AUTOCOMMIT")
    return Storage(
        unit_of_work=PostgresUnitOfWorkFactory(engine=engine, limit=LIMIT),
        intake=BatchingConversationIntake(engine=reading, limit=LIMIT),
        logs=PostgresConversationLogs(engine=reading, limit=LIMIT),
        catalogues=PostgresCatalogues(engine=engine, limit=LIMIT),
        news=PostgresCatalogueNews(
            engine=make_listening_engine(engine.url.render_as_string(hide_password=False)), limit=LIMIT, silence=SILENCE
        ),
        facts=PostgresSuggestionFacts(engine=reading, limit=LIMIT),
        offers=PostgresOffers(engine=reading, limit=LIMIT),
        probe=PostgresProbe(engine=reading, clock=clock, limit=LIMIT),
        clock=clock,
    )
