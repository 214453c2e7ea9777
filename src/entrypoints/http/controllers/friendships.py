from litestar import Controller, get

from application.use_cases.show_friendship import ShowFriendship
from domain.identifiers import UserId
from entrypoints.http.auth import requires
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.friendship import FriendshipData, shown


class FriendshipsController(Controller):
    path = "/friendship_status"
    tags = ("friendships",)

    @get("/{user_id:str}", opt=requires("friendships:read"))
    async def show(self, user_id: str, show_friendship: ShowFriendship) -> Envelope[FriendshipData]:
        """Tell how a child and Pika get along."""
        return Envelope(message="Friendship found", data=shown(await show_friendship(UserId(user_id))))
