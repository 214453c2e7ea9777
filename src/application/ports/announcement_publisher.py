from typing import Protocol

from application.ports.conversation_events import Announcement


class AnnouncementPublisher(Protocol):
    """Brings one announcement to the consumers' queue."""

    async def publish(self, announcement: Announcement) -> None:
        """Queued when it returns; it may be delivered more than once, and also after an error.

        Ends within the publisher's deadline. Raises DependencyUnavailable.
        """
        ...
