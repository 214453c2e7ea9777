import hashlib
from datetime import UTC

from domain.ended_conversation import EndedConversation


def fingerprint(reported: EndedConversation, log_digest: str) -> str:
    """SHA-256 over every field reported; equal for a client's retry, different for a reused id."""
    fields = (
        reported.conversation_id,
        reported.user_id,
        reported.bot_type,
        reported.bot_id,
        reported.bot_name,
        reported.agent_tag or "",
        reported.start_time.astimezone(UTC).isoformat(),
        reported.end_time.astimezone(UTC).isoformat(),
        log_digest,
    )
    # The unit separator cannot be smuggled in to shift a boundary: lengths stand before every field.
    return hashlib.sha256("\x1f".join(f"{len(field)}:{field}" for field in fields).encode()).hexdigest()
