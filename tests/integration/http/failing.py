"""What is so behind the service's back: events that failed or are held, rows of one moment."""

import psycopg

from tests.integration.http.running import Service
from tests.servers.databases import for_libpq

FAIL = """
    UPDATE conversation_events
    SET status = %s, attempt_count = 1, fence = 1, error_code = 'MEMORY_API_TIMEOUT',
        next_attempt_at = CASE WHEN %s = 'FAILED' THEN now() + interval '6 h' END, announce_at = NULL
    WHERE conversation_id = %s
"""
HOLD = """
    UPDATE conversation_events
    SET status = 'PROCESSING', fence = 1, lease_worker = 'other', lease_expires_at = now() + interval '1 min'
    WHERE conversation_id = %s
"""


def fail(service: Service, conversation_id: str, status: str = "FAILED") -> None:
    _execute(service, FAIL, status, status, conversation_id)


def hold(service: Service, conversation_id: str) -> None:
    """As a worker somewhere else does."""
    _execute(service, HOLD, conversation_id)


def at_once(service: Service, table: str) -> None:
    """All rows of a table were made at the same moment."""
    with psycopg.connect(for_libpq(service.database_url), connect_timeout=10) as connection:
        connection.execute(f"UPDATE {table} SET created_at = '2025-11-26T10:20:01Z'".encode())  # noqa: S608 - our own names


def _execute(service: Service, statement: str, *parameters: str) -> None:
    with psycopg.connect(for_libpq(service.database_url), connect_timeout=10) as connection:
        assert connection.execute(statement.encode(), parameters).rowcount == 1
