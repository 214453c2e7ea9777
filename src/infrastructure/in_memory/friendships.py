from application.ports.friendships import Friendships
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.in_memory.database import Tables


class InMemoryFriendships(Friendships):
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def find(self, user_id: UserId) -> Friendship | None:
        return self._tables.friendships.get(user_id)

    async def introduce(self, user_id: UserId) -> None:
        self._tables.friendships.setdefault(user_id, Friendship(user_id=user_id))

    async def held(self, user_id: UserId) -> Friendship:
        await self.introduce(user_id)
        return self._tables.friendships[user_id]

    async def save(self, friendship: Friendship) -> None:
        self._tables.friendships[friendship.user_id] = friendship
