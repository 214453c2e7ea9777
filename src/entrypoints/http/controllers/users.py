from http import HTTPStatus
from typing import Any

from litestar import Controller, Request, delete

from application.use_cases.erase_user import EraseUser
from domain.identifiers import UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.http.audited import add_to_audit, audited
from entrypoints.http.auth import requires
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.erasure import ErasureData, shown
from entrypoints.http.schemas.path_id import UserPathId

SHOW = Link(to="friendships_show", parameters={"user_id": "$response.body#/data/user_id"})


class UsersController(Controller):
    path = "/users"
    tags = ("users",)

    @delete(
        "/{user_id:str}",
        status_code=HTTPStatus.OK,
        opt=requires("operations")
        | audited(Operation.ERASE_USER)
        | Documentation(answers=answers.ERASURE, links=(SHOW,)).opt(),
    )
    async def erase(
        self, request: Request[Any, Any, Any], user_id: UserPathId, erase_user: EraseUser
    ) -> Envelope[ErasureData]:
        """Forget a child: friendship, ledger, conversations, logs. What ended before is never taken again."""
        receipt = await erase_user(UserId(user_id))
        add_to_audit(request, erased_at=receipt.erased_at)
        return Envelope(message="User erased", data=shown(receipt))
