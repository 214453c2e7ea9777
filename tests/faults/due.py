import psycopg

from tests.servers.databases import for_libpq


def ring_now(database_url: str) -> None:
    """Brings forward what would be announced anyway: after an announcement nobody heard, the next is a minute away."""
    with psycopg.connect(for_libpq(database_url), connect_timeout=10) as connection:
        connection.execute("UPDATE conversation_events SET announce_at = now() WHERE announce_at > now()")
