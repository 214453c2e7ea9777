from typing import Any

import msgspec
from litestar import Controller, Request, get, patch

from application.paging import PageNumber
from application.use_cases.show_friendship import ShowFriendship
from application.use_cases.show_ledger import ShowLedger
from application.use_cases.update_profile import UpdateProfile
from domain.identifiers import UserId
from entrypoints.http.auth import requires
from entrypoints.http.json_body import decoded
from entrypoints.http.openapi import examples
from entrypoints.http.openapi.documented import documented
from entrypoints.http.schemas import ledger
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.friendship import FriendshipData, shown
from entrypoints.http.schemas.page import PageData, PageQuery, PageSizeQuery, shown_page
from entrypoints.http.schemas.path_id import PathId, UserPathId
from entrypoints.http.schemas.profile import ProfileBody

_decoder = msgspec.json.Decoder(ProfileBody)


class FriendshipsController(Controller):
    path = "/friendship_status"
    tags = ("friendships",)

    @get("/{user_id:str}", opt=requires("friendships:read") | documented(refuses=(404,)))
    async def show(self, user_id: PathId, show_friendship: ShowFriendship) -> Envelope[FriendshipData]:
        """Tell how a child and Pika get along."""
        return Envelope(message="Friendship found", data=shown(await show_friendship(UserId(user_id))))

    @patch(
        "/{user_id:str}",
        opt=requires("friendships:write") | documented(takes=ProfileBody, example=examples.PROFILE, refuses=(409,)),
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        user_id: UserPathId,
        update_profile: UpdateProfile,
        show_friendship: ShowFriendship,
    ) -> Envelope[FriendshipData]:
        """Keep a child's birthday and what to come back to; null clears."""
        body = decoded(await request.body(), _decoder)
        await update_profile(body.of(UserId(user_id)))
        return Envelope(message="Friendship updated", data=shown(await show_friendship(UserId(user_id))))

    @get("/{user_id:str}/ledger", opt=requires("friendships:read") | documented(refuses=(404,)))
    async def ledger(
        self, user_id: PathId, show_ledger: ShowLedger, page: PageQuery = 1, page_size: PageSizeQuery = 20
    ) -> Envelope[PageData[ledger.LedgerEntryData]]:
        """List the changes of a child's score, newest first."""
        found = await show_ledger(UserId(user_id), PageNumber(page=page, size=page_size))
        return Envelope(message="Ledger found", data=shown_page(found, ledger.shown))
