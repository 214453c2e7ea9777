from datetime import datetime

import msgspec

from domain.erasure import ErasureReceipt
from entrypoints.http.schemas.numbers import Count


class ErasedCountsData(msgspec.Struct, frozen=True, kw_only=True):
    events: Count
    attempts: Count
    ledger_entries: Count
    topics: Count
    logs: Count
    suggestions: Count
    friendship: Count


class ErasureData(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    erased_at: datetime
    counts: ErasedCountsData
    logs_pending: Count
    """Logs that their store has not given up yet; it is asked again until it does."""


def shown(receipt: ErasureReceipt) -> ErasureData:
    return ErasureData(
        user_id=receipt.user_id,
        erased_at=receipt.erased_at,
        counts=msgspec.convert(msgspec.to_builtins(receipt.numbers), ErasedCountsData),
        logs_pending=receipt.logs_pending,
    )
