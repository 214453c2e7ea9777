from dataclasses import dataclass

from application.errors import UserNotFound
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.friendship import Friendship
from domain.identifiers import UserId
from domain.local_time import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFriendship:
    friendship: Friendship
    streak_day: int
    """As of today: 0 once a day was missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFriendship:
    """Safe to repeat: reads only. Raises UserNotFound."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    async def __call__(self, user_id: UserId) -> ShownFriendship:
        async with self.unit_of_work() as work:
            friendship = await work.friendships.find(user_id)
        if friendship is None:
            raise UserNotFound(user_id)
        return ShownFriendship(friendship=friendship, streak_day=friendship.streak_on(local_day(self.clock.now())))
