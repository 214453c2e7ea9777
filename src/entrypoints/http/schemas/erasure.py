from datetime import datetime

import msgspec

from domain.erasure import ErasureReceipt


class ErasedCountsData(msgspec.Struct, frozen=True, kw_only=True):
    events: int
    attempts: int
    ledger_entries: int
    topics: int
    logs: int
    suggestions: int
    friendship: int


class ErasureData(msgspec.Struct, frozen=True, kw_only=True):
    user_id: str
    erased_at: datetime
    counts: ErasedCountsData
    logs_pending: int
    """Logs that their store has not given up yet; it is asked again until it does."""


def shown(receipt: ErasureReceipt) -> ErasureData:
    return ErasureData(
        user_id=receipt.user_id,
        erased_at=receipt.erased_at,
        counts=msgspec.convert(msgspec.to_builtins(receipt.numbers), ErasedCountsData),
        logs_pending=receipt.logs_pending,
    )
