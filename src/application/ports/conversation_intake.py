from typing import Protocol

from domain.event import ConversationEvent, NewEvent


class ConversationIntake(Protocol):
    """The door through which events enter the store."""

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        """Stores event and log together, PENDING and due at once; durable when it returns.

        None when its conversation id is taken, or the same content was stored for the id reported; waits for a
        concurrent post of either to be decided. Raises UserErased; DependencyUnavailable, and the event may
        be stored all the same, and a client's retry then finds it.
        """
        ...
