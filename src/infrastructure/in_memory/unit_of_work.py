import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from infrastructure.in_memory.conversation_events import InMemoryConversationEvents
from infrastructure.in_memory.database import InMemoryDatabase, Tables
from infrastructure.in_memory.degraded_scores import InMemoryDegradedScores
from infrastructure.in_memory.erasures import InMemoryErasures
from infrastructure.in_memory.friendships import InMemoryFriendships
from infrastructure.in_memory.imports import InMemoryImports
from infrastructure.in_memory.ledger import InMemoryLedger


class InMemoryUnitOfWork(UnitOfWork):
    """Works on a copy and puts it in place on commit. One at a time: stricter than any real isolation level."""

    def __init__(self, database: InMemoryDatabase, turn: asyncio.Lock) -> None:
        self._database = database
        self._turn = turn
        self._tables = Tables()

    @property
    def events(self) -> InMemoryConversationEvents:
        return InMemoryConversationEvents(self._database, self._tables)

    @property
    def friendships(self) -> InMemoryFriendships:
        return InMemoryFriendships(self._tables)

    @property
    def ledger(self) -> InMemoryLedger:
        return InMemoryLedger(self._tables)

    @property
    def degraded(self) -> InMemoryDegradedScores:
        return InMemoryDegradedScores(self._tables)

    @property
    def erasures(self) -> InMemoryErasures:
        return InMemoryErasures(self._tables)

    @property
    def imports(self) -> InMemoryImports:
        return InMemoryImports(self._database, self._tables)

    async def commit(self) -> None:
        self._database.must_answer()
        self._database.tables = self._tables
        self._tables = self._tables.copy()

    async def __aenter__(self) -> Self:
        self._database.must_answer()
        await self._turn.acquire()
        self._tables = self._database.tables.copy()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._turn.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemoryUnitOfWorkFactory(UnitOfWorkFactory):
    database: InMemoryDatabase
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __call__(self) -> InMemoryUnitOfWork:
        return InMemoryUnitOfWork(self.database, self._turn)
