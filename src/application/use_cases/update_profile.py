from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from application.ports.unit_of_work import UnitOfWorkFactory
from domain.friendship import Friendship
from domain.identifiers import UserId


class Unchanged(Enum):
    """None means that there is nothing any more; this, that nothing was said about it."""

    UNCHANGED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProfileCommand:
    user_id: UserId
    birthday: date | Unchanged | None = Unchanged.UNCHANGED
    last_followup_topic: str | Unchanged | None = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProfile:
    """Keeps what the backend knows of a child; a child we had not met is introduced.

    Safe to repeat: it says how things are, not how they change.
    """

    unit_of_work: UnitOfWorkFactory

    async def __call__(self, command: UpdateProfileCommand) -> Friendship:
        async with self.unit_of_work() as work:
            friendship = _told(await work.friendships.held(command.user_id), command)
            await work.friendships.save(friendship)
            await work.commit()
        return friendship


def _told(friendship: Friendship, command: UpdateProfileCommand) -> Friendship:
    if not isinstance(command.birthday, Unchanged):
        friendship = friendship.born_on(command.birthday)
    if not isinstance(command.last_followup_topic, Unchanged):
        friendship = friendship.followed_up_with(command.last_followup_topic)
    return friendship
