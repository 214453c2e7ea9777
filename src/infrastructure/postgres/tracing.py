"""Who is told of statements and claims as they happen; it travels with the engine, as the watch does."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

_OPTION = "context_handling_tracing"


class DatabaseTracing(Protocol):
    """Nothing of it waits or raises."""

    def statement(self) -> AbstractContextManager[object]: ...

    def told(self, text: str) -> None:
        """The text of the statement under way, with placeholders for its parameters."""
        ...

    def commit(self) -> AbstractContextManager[object]: ...

    def claim(self) -> AbstractContextManager[object]: ...

    def attempt(self) -> str | None:
        """The traceparent of the attempt under way. None: nobody traces it."""
        ...

    def claimed(self, *, conversation_id: str, number: int, reported_in: str | None, earlier: str | None) -> None:
        """The attempt under way has its event: the traceparents of its report and of the attempt before."""
        ...


class Untraced(DatabaseTracing):
    def statement(self) -> AbstractContextManager[object]:
        return _NOTHING

    def told(self, text: str) -> None:
        """Nobody wants to know."""

    def commit(self) -> AbstractContextManager[object]:
        return _NOTHING

    def claim(self) -> AbstractContextManager[object]:
        return _NOTHING

    def attempt(self) -> str | None:
        return None

    def claimed(self, *, conversation_id: str, number: int, reported_in: str | None, earlier: str | None) -> None:
        """Nobody wants to know."""


def traced(engine: AsyncEngine, tracing: DatabaseTracing) -> AsyncEngine:
    """The same pool; its transactions tell ``tracing``."""

    def tell(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the library's own
        tracing.told(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", tell)
    return engine.execution_options(**{_OPTION: tracing})


def tracing_of(engine: AsyncEngine) -> DatabaseTracing:
    tracing: DatabaseTracing = engine.sync_engine.get_execution_options().get(_OPTION, _UNTRACED)
    return tracing


_NOTHING = nullcontext()
_UNTRACED = Untraced()
