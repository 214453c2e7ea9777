from datetime import datetime

import msgspec

from domain.ledger import LedgerEntry, LedgerReason
from entrypoints.http.schemas.moments import utc
from entrypoints.http.schemas.numbers import Count


class LedgerEntryData(msgspec.Struct, frozen=True, kw_only=True):
    conversation_id: str
    revision: Count
    change: float
    topic_id: str | None
    turns: int
    rules_version: str
    reason: LedgerReason
    created_at: datetime


def shown(entry: LedgerEntry) -> LedgerEntryData:
    return LedgerEntryData(
        conversation_id=entry.conversation_id,
        revision=entry.revision,
        change=entry.change,
        topic_id=entry.topic_id,
        turns=entry.turns,
        rules_version=entry.rules_version,
        reason=entry.reason,
        created_at=utc(entry.created_at),
    )
