"""Who changed what over HTTP: every route that changes something says so in its ``opt``, or a test asks why not."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.bootstrap.audit import AuditOutcome, Operation, tell

AUDIT = "audit"
_SUBJECT, _FACTS = "audit_subject", "audit_facts"
_IDS = ("conversation_id", "user_id")


def audited(operation: Operation) -> dict[str, Operation]:
    """For ``opt`` of a route."""
    return {AUDIT: operation}


def called_by(connection: ASGIConnection[Any, Any, Any, Any], subject: str) -> None:
    """Once the token is known to be good, whatever it may do."""
    connection.state[_SUBJECT] = subject


def add_to_audit(request: Request[Any, Any, Any], **facts: str | int | datetime) -> None:
    """What the path does not say: ids in the body, a version, a time."""
    known: dict[str, Any] = request.state.setdefault(_FACTS, {})
    known.update({name: fact.isoformat() if isinstance(fact, datetime) else fact for name, fact in facts.items()})


@dataclass(frozen=True, slots=True)
class Audited:
    """Stands around every route, inside the framework: there the route and the ids in its path are known.

    The line is written before the caller hears how it went. Who has no good token is in none: nothing was done, and
    anybody could fill the log.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = scope["route_handler"].opt.get(AUDIT) if scope["type"] == ScopeType.HTTP else None
        if operation is None:
            await self.app(scope, receive, send)
            return
        answered = False

        async def answer(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                _tell(scope, operation, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            if not answered:
                _tell(scope, operation, None)


def _tell(scope: Scope, operation: Operation, status: int | None) -> None:
    if status == HTTPStatus.UNAUTHORIZED:
        return
    state, path = scope["state"], scope.get("path_params", {})
    facts = {name: path[name] for name in _IDS if name in path} | state.get(_FACTS, {})
    tell(operation, via="http", subject=state.get(_SUBJECT), outcome=_outcome(status), status=status, **facts)


def _outcome(status: int | None) -> AuditOutcome:
    if status is None:
        return AuditOutcome.BROKEN_OFF
    if status < HTTPStatus.BAD_REQUEST:
        return AuditOutcome.DONE
    return AuditOutcome.REFUSED if status < HTTPStatus.INTERNAL_SERVER_ERROR else AuditOutcome.FAILED
