import random
from http import HTTPStatus

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from entrypoints.http.admission.doorkeeper import Doorkeeper
from entrypoints.http.admission.request_class import RequestClass, class_of
from entrypoints.http.admission.turns import NoTurn, Turns
from entrypoints.http.plain_problem import refuse
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.request_meter import ShedReason

DETAIL = "More is asked of this service than it can do now; try again, the same request never counts twice."
# Callers who are sent away together are not to come back together.
RETRY_AFTER_SECONDS = (1, 3)


class Admission:
    """Turns a request away before anything of its body is read, when it could not be answered in good time.

    The answer is made here, from the head alone: it must cost next to nothing, or overload would feed on itself.
    """

    def __init__(self, app: ASGIApp, *, doorkeeper: Doorkeeper, background: Turns) -> None:
        self._app = app
        self._doorkeeper = doorkeeper
        self._background = background

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = class_of(scope["path"]) if scope["type"] == ScopeType.HTTP else RequestClass.PROBE
        if kind is RequestClass.PROBE:
            await self._app(scope, receive, send)
        elif not self._doorkeeper.may_begin(kind):
            await _turn_away(scope, send)
        elif kind is RequestClass.BACKGROUND:
            await self._in_turn(scope, receive, send)
        else:
            await self._work(scope, receive, send)

    async def _in_turn(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._background.taken():
                await self._work(scope, receive, send)
        except NoTurn:
            self._doorkeeper.told(ShedReason.TURN)
            await _turn_away(scope, send)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def listen() -> ReceiveMessage:
            self._doorkeeper.ended()
            try:
                return await receive()
            finally:
                self._doorkeeper.begun()

        self._doorkeeper.begun()
        try:
            await self._app(scope, listen, send)
        finally:
            self._doorkeeper.ended()


async def _turn_away(scope: Scope, send: Send) -> None:
    wait = random.randint(*RETRY_AFTER_SECONDS)  # noqa: S311 - spreads callers, keeps no secret
    refused = RefusedRequest(HTTPStatus.SERVICE_UNAVAILABLE, "OVERLOADED", DETAIL, headers={"Retry-After": str(wait)})
    await refuse(scope, send, refused)
