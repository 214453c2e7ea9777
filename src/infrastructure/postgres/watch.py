"""Who is told of what happens to statements; it travels with the engine, so every transaction knows it."""

from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from application.errors import DependencyUnavailable

_OPTION = "context_handling_watch"


class DatabaseWatch(Protocol):
    def failed(self, error: DependencyUnavailable) -> None:
        """The database did not do what was asked, and the caller is told so. Never raises."""
        ...

    def ran(self, seconds: float, statement: object, *, answered: bool) -> None:
        """``str(statement)`` is its text, without parameters, and costs. Not answered: it failed. Never raises."""
        ...


class Unwatched(DatabaseWatch):
    def failed(self, error: DependencyUnavailable) -> None:
        """Nobody wants to know."""

    def ran(self, seconds: float, statement: object, *, answered: bool) -> None:
        """Nobody wants to know."""


def watched(engine: AsyncEngine, watch: DatabaseWatch) -> AsyncEngine:
    """The same pool; its transactions tell ``watch``."""
    return engine.execution_options(**{_OPTION: watch})


def watch_of(engine: AsyncEngine) -> DatabaseWatch:
    watch: DatabaseWatch = engine.sync_engine.get_execution_options().get(_OPTION, _UNWATCHED)
    return watch


_UNWATCHED = Unwatched()
