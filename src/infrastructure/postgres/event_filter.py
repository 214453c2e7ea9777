from sqlalchemy import ColumnElement, literal_column

from application.ports.conversation_events import EventFilter
from infrastructure.postgres.tables import conversation_events as events


def conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.user_id is not None:
        conditions.append(events.c.user_id == wanted.user_id)
    if wanted.statuses:
        # Written out: the index of failed events serves only queries that name its statuses.
        names: list[ColumnElement[str]] = [literal_column(f"'{status.value}'") for status in sorted(wanted.statuses)]
        conditions.append(events.c.status.in_(names))
    if wanted.error_code is not None:
        conditions.append(events.c.error_code == wanted.error_code.value)
    if wanted.since is not None:
        conditions.append(events.c.created_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(events.c.created_at < wanted.until)
    return conditions
