"""How the database is reached, as the settings say."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from entrypoints.bootstrap.settings import Settings
from infrastructure.postgres.engine import make_engine, make_listening_engine
from infrastructure.postgres.tracing import DatabaseTracing, traced
from infrastructure.postgres.watch import DatabaseWatch, watched


def engine(settings: Settings, database_url: str, watch: DatabaseWatch, tracing: DatabaseTracing | None) -> AsyncEngine:
    database = settings.database
    made = make_engine(
        database_url,
        pool_size=database.pool_size,
        max_overflow=database.max_overflow,
        pool_timeout=timedelta(seconds=database.pool_timeout_seconds),
        pool_recycle=timedelta(seconds=database.pool_recycle_seconds),
        statement_timeout=timedelta(milliseconds=database.statement_timeout_ms),
    )
    return watched(made if tracing is None else traced(made, tracing), watch)


def listening_engine(settings: Settings, database_url: str) -> AsyncEngine:
    timeout = timedelta(milliseconds=settings.database.statement_timeout_ms)
    return make_listening_engine(database_url, statement_timeout=timeout)


def autocommit_engine(engine: AsyncEngine) -> AsyncEngine:
    """The same pool without transactions: one round trip for one statement."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def statement_limit(settings: Settings) -> timedelta:
    """A little more than the server's own, which is the better error when the server is well."""
    return timedelta(milliseconds=settings.database.statement_timeout_ms * 1.05)
