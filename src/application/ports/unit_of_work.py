from types import TracebackType
from typing import Protocol, Self

from application.ports.conversation_events import ConversationEvents
from application.ports.degraded_scores import DegradedScores
from application.ports.erasures import Erasures
from application.ports.friendships import Friendships
from application.ports.imports import Imports
from application.ports.ledger import Ledger


class UnitOfWork(Protocol):
    """One transaction. Leaving without ``commit`` rolls back. Everything may raise DependencyUnavailable."""

    @property
    def events(self) -> ConversationEvents: ...

    @property
    def friendships(self) -> Friendships: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def degraded(self) -> DegradedScores: ...

    @property
    def erasures(self) -> Erasures: ...

    @property
    def imports(self) -> Imports: ...

    async def commit(self) -> None:
        """Durable when it returns."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class UnitOfWorkFactory(Protocol):
    def __call__(self) -> UnitOfWork: ...
