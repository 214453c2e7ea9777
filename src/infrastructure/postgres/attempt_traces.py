"""Every attempt keeps its trace context, so that the next one can refer to it."""

from sqlalchemy import text

from domain.event import ConversationEvent
from infrastructure.postgres.transaction import Transaction

NOTE = text("""
    WITH noted AS (
        UPDATE attempts SET traceparent = :traceparent WHERE event_id = :event_id AND number = :number
    )
    SELECT traceparent FROM attempts
    WHERE event_id = :event_id AND number < :number AND traceparent IS NOT NULL ORDER BY number DESC LIMIT 1
""")


async def note_attempt(transaction: Transaction, claimed: ConversationEvent) -> None:
    """Costs a round trip, and nothing where nobody traces."""
    if (traceparent := transaction.tracing.attempt()) is None:
        return
    parameters = {"event_id": claimed.event_id, "number": claimed.fence, "traceparent": traceparent}
    earlier = (await transaction.execute(NOTE, parameters)).scalar_one_or_none()
    transaction.tracing.claimed(
        conversation_id=claimed.conversation_id,
        number=claimed.fence,
        reported_in=claimed.traceparent,
        earlier=earlier,
    )
