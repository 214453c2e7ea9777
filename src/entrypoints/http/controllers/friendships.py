from typing import Any

import msgspec
from litestar import Controller, Request, get, patch

from application.paging import PageNumber
from application.use_cases.show_friendship import ShowFriendship
from application.use_cases.show_ledger import ShowLedger
from application.use_cases.update_profile import UpdateProfile
from domain.identifiers import UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.http.audited import audited
from entrypoints.http.auth import requires
from entrypoints.http.json_body import decoded
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers, bodies
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.friendship import FriendshipData, shown
from entrypoints.http.schemas.ledger import LedgerEntryData
from entrypoints.http.schemas.ledger import shown as shown_entry
from entrypoints.http.schemas.page import PageData, PageQuery, PageSizeQuery, shown_page
from entrypoints.http.schemas.path_id import PathId, UserPathId
from entrypoints.http.schemas.profile import ProfileBody

_decoder = msgspec.json.Decoder(ProfileBody)
USER = {"user_id": "$response.body#/data/user_id"}
SHOW, LEDGER, ERASE = (Link(to=to, parameters=USER) for to in ("friendships_show", "friendships_ledger", "users_erase"))


class FriendshipsController(Controller):
    path = "/friendship_status"
    tags = ("friendships",)

    @get(
        "/{user_id:str}",
        opt=requires("friendships:read")
        | Documentation(answers=answers.FRIENDSHIP, refuses=(404,), links=(LEDGER,)).opt(),
    )
    async def show(self, user_id: PathId, show_friendship: ShowFriendship) -> Envelope[FriendshipData]:
        """Tell how a child and Pika get along."""
        return Envelope(message="Friendship found", data=shown(await show_friendship(UserId(user_id))))

    @patch(
        "/{user_id:str}",
        opt=requires("friendships:write")
        | audited(Operation.UPDATE_PROFILE)
        | Documentation(
            takes=ProfileBody,
            sends=bodies.PROFILE,
            answers=answers.UPDATED_FRIENDSHIP,
            refuses=(409,),
            links=(SHOW, LEDGER, ERASE),
        ).opt(),
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

    @get(
        "/{user_id:str}/ledger",
        opt=requires("friendships:read") | Documentation(answers=answers.LEDGER, refuses=(404,)).opt(),
    )
    async def ledger(
        self, user_id: PathId, show_ledger: ShowLedger, page: PageQuery = 1, page_size: PageSizeQuery = 20
    ) -> Envelope[PageData[LedgerEntryData]]:
        """List the changes of a child's score, newest first."""
        found = await show_ledger(UserId(user_id), PageNumber(page=page, size=page_size))
        return Envelope(message="Ledger found", data=shown_page(found, shown_entry))
