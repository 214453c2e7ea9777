"""Who may call what: every route declares a scope or that it is public; a test walks them all."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from entrypoints.http.audited import called_by
from entrypoints.http.problems import RefusedRequest
from entrypoints.http.tokens import AccessTokens, Caller, ExpiredToken, InvalidToken

SCOPE = "scope"
PUBLIC = "public"


def requires(scope: str) -> dict[str, str]:
    """For ``opt`` of a route."""
    return {SCOPE: scope}


def open_to_all() -> dict[str, bool]:
    return {PUBLIC: True}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeGuard:
    """Lets a request pass whose token carries the scope of its route. Without ``tokens`` everybody may pass.

    A coroutine, though it waits for nothing: Litestar runs any other guard in a thread, once for each request.
    """

    tokens: AccessTokens | None

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if self.tokens is None or handler.opt.get(PUBLIC):
            return
        caller = self._caller(connection, self.tokens)
        called_by(connection, caller.subject)
        if handler.opt[SCOPE] not in caller.scopes:
            raise RefusedRequest(HTTPStatus.FORBIDDEN, "FORBIDDEN", f"This needs the scope {handler.opt[SCOPE]}.")

    def _caller(self, connection: ASGIConnection[Any, Any, Any, Any], tokens: AccessTokens) -> Caller:
        kind, _, token = connection.headers.get("Authorization", "").partition(" ")
        if kind.casefold() != "bearer" or not token:
            raise _unauthorized("A bearer token is missing.", "Bearer")
        try:
            return tokens.verify(token.strip())
        except ExpiredToken:
            raise _unauthorized("The token has expired.", _CHALLENGE) from None
        except InvalidToken:
            raise _unauthorized("The token is not valid.", _CHALLENGE) from None


_CHALLENGE = 'Bearer error="invalid_token"'  # RFC 6750, section 3.1


def _unauthorized(detail: str, challenge: str) -> RefusedRequest:
    return RefusedRequest(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED", detail, headers={"WWW-Authenticate": challenge})
