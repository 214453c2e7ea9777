from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

# libpq waits at least two seconds whatever it is told.
CONNECT_TIMEOUT_SECONDS = 2


def make_engine(
    url: str,
    *,
    pool_size: int = 10,
    max_overflow: int = 10,
    pool_timeout: timedelta = timedelta(seconds=10),
    pool_recycle: timedelta = timedelta(minutes=30),
    statement_timeout: timedelta = timedelta(seconds=10),
    application_name: str = "context-handling",
) -> AsyncEngine:
    """Opens nothing yet. The server itself ends statements and idle transactions that outlive us."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=pool_timeout.total_seconds(),
        pool_recycle=int(pool_recycle.total_seconds()),
        # A broken connection is met once and replaced (see transaction.py); asking before every use costs a quarter.
        pool_pre_ping=False,
        pool_use_lifo=True,
        hide_parameters=True,  # an error's text goes to the log; what children said does not
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args=_connect_arguments(statement_timeout, application_name),
    )


def make_listening_engine(
    url: str,
    *,
    statement_timeout: timedelta = timedelta(seconds=10),
    application_name: str = "context-handling news",
) -> AsyncEngine:
    """For a connection that waits for notifications: in autocommit, of no pool, and really closed when given back."""
    return create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=_connect_arguments(statement_timeout, application_name),
    )


def make_patient_engine(url: str, *, application_name: str = "context-handling backup") -> AsyncEngine:
    """For a connection that looks at everything as of one moment, however long that takes."""
    return create_async_engine(
        url,
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",
        hide_parameters=True,
        connect_args=_connect_arguments(timedelta(), application_name),
    )


def _connect_arguments(statement_timeout: timedelta, application_name: str) -> dict[str, Any]:
    milliseconds = int(statement_timeout.total_seconds() * 1000)
    return {
        "connect_timeout": CONNECT_TIMEOUT_SECONDS,
        "application_name": application_name,
        "options": (
            f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} "
            f"-c idle_in_transaction_session_timeout={3 * milliseconds} -c timezone=UTC"
        ),
    }
