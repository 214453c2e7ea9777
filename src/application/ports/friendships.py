from typing import Protocol

from domain.friendship import Friendship
from domain.identifiers import UserId


class Friendships(Protocol):
    """The friendship of every user, inside one unit of work."""

    async def find(self, user_id: UserId) -> Friendship | None: ...

    async def introduce(self, user_id: UserId) -> None:
        """Creates a friendship with defaults unless there is one; any number may do so at once."""
        ...

    async def held(self, user_id: UserId) -> Friendship:
        """The friendship, created if need be, and locked until the unit of work ends."""
        ...

    async def save(self, friendship: Friendship) -> None:
        """The friendship must be ``held``."""
        ...
