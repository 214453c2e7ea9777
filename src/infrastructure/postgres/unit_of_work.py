from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from infrastructure.postgres.conversation_events import PostgresConversationEvents
from infrastructure.postgres.degraded_scores import PostgresDegradedScores
from infrastructure.postgres.erasures import PostgresErasures
from infrastructure.postgres.friendships import PostgresFriendships
from infrastructure.postgres.imports import PostgresImports
from infrastructure.postgres.ledger import PostgresLedger
from infrastructure.postgres.transaction import Transaction


class PostgresUnitOfWork(UnitOfWork):
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._events = PostgresConversationEvents(transaction)
        self._friendships = PostgresFriendships(transaction)
        self._ledger = PostgresLedger(transaction)
        self._degraded = PostgresDegradedScores(transaction)
        self._erasures = PostgresErasures(transaction)
        self._imports = PostgresImports(transaction)

    @property
    def events(self) -> PostgresConversationEvents:
        return self._events

    @property
    def friendships(self) -> PostgresFriendships:
        return self._friendships

    @property
    def ledger(self) -> PostgresLedger:
        return self._ledger

    @property
    def degraded(self) -> PostgresDegradedScores:
        return self._degraded

    @property
    def erasures(self) -> PostgresErasures:
        return self._erasures

    @property
    def imports(self) -> PostgresImports:
        return self._imports

    async def commit(self) -> None:
        await self._transaction.commit()

    async def __aenter__(self) -> Self:
        await self._transaction.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.__aexit__(kind, error, trace)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresUnitOfWorkFactory(UnitOfWorkFactory):
    engine: AsyncEngine
    limit: timedelta
    """The most that one statement may take, a frozen server included."""

    def __call__(self) -> PostgresUnitOfWork:
        return PostgresUnitOfWork(Transaction(self.engine, limit=self.limit))
