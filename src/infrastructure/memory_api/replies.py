"""What a reply means: a count, a reason to ask later, or a fault of ours."""

from http import HTTPStatus

import msgspec
import structlog

from infrastructure.memory_api.connection import Reply
from infrastructure.memory_api.wire import Extracted
from infrastructure.resilience.errors import AttemptFailed

# Client errors by their number, but they say "later".
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

log = structlog.get_logger("memory_api")


def counted(reply: Reply) -> int:
    """Raises AttemptFailed: a fault of ours for a 4xx that does not say "later", transient for all else."""
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR and reply.status not in LATER:
        log.error("the memory service refuses what we ask: a fault of ours, not tried again", status=reply.status)
        raise AttemptFailed(f"memory_api answered {reply.status}", transient=False)
    if reply.status != HTTPStatus.OK:
        raise AttemptFailed(f"memory_api answered {reply.status}", transient=True)
    return _count(reply.body)


def _count(body: bytes) -> int:
    try:
        return msgspec.json.decode(body, type=Extracted).count
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        # The text of the fault may quote the answer, and the answer the child.
        raise AttemptFailed("memory_api answered in a form nobody knows", transient=True) from None
