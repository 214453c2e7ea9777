from contextlib import AbstractAsyncContextManager
from typing import Protocol


class WorkingMemory(Protocol):
    """Bounds what all conversations that are worked on at once may take."""

    def reserved(self, log_bytes: int) -> AbstractAsyncContextManager[None]:
        """Waits until a log of this size (as JSON, before compression) may be held.

        A log larger than everything allowed gets it all to itself. Only one may wait: it is sure to get its turn,
        and large logs never take up the places in which small ones could be worked on. Raises NoRoom for others.
        """
        ...
