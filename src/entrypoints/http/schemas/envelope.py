from typing import Generic, TypeVar

import msgspec

Data = TypeVar("Data")


class Envelope(msgspec.Struct, Generic[Data], frozen=True, kw_only=True):
    """What every success of ``/v1`` looks like."""

    success: bool = True
    message: str
    data: Data
