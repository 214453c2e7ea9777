from http import HTTPStatus

from litestar import Controller, delete

from application.use_cases.erase_user import EraseUser
from domain.identifiers import UserId
from entrypoints.http.auth import requires
from entrypoints.http.schemas.envelope import Envelope
from entrypoints.http.schemas.erasure import ErasureData, shown
from entrypoints.http.schemas.path_id import UserPathId


class UsersController(Controller):
    path = "/users"
    tags = ("users",)

    @delete("/{user_id:str}", status_code=HTTPStatus.OK, opt=requires("operations"))
    async def erase(self, user_id: UserPathId, erase_user: EraseUser) -> Envelope[ErasureData]:
        """Forget a child: friendship, ledger, conversations, logs. What ended before is never taken again."""
        return Envelope(message="User erased", data=shown(await erase_user(UserId(user_id))))
