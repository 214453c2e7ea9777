from http import HTTPStatus

from litestar import Controller, delete

from application.use_cases.erase_user import EraseUser
from domain.identifiers import UserId
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
        opt=requires("operations") | Documentation(answers=answers.ERASURE, links=(SHOW,)).opt(),
    )
    async def erase(self, user_id: UserPathId, erase_user: EraseUser) -> Envelope[ErasureData]:
        """Forget a child: friendship, ledger, conversations, logs. What ended before is never taken again."""
        return Envelope(message="User erased", data=shown(await erase_user(UserId(user_id))))
