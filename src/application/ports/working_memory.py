from contextlib import AbstractAsyncContextManager
from typing import Protocol


class WorkingMemory(Protocol):
    """Bounds what all conversations that are worked on at once may take."""

    def reserved(self, log_bytes: int) -> AbstractAsyncContextManager[None]:
        """Waits until a log of this size (as JSON, before compression) may be held; first come, first served.

        A log larger than everything allowed gets it all to itself.
        """
        ...
