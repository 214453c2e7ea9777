from typing import Protocol

from application.ports.conversation_events import Announcement


class EventAnnouncer(Protocol):
    """Rings the doorbell of the consumers. An announcement may be lost: the relay repeats it."""

    def announce(self, announcement: Announcement) -> None:
        """Never waits and never fails; when too many wait already, this one is dropped and counted."""
        ...
