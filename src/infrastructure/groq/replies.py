"""What a reply means: an answer, a reason to ask again, or a fault of ours."""

import msgspec
import structlog

from infrastructure.groq.connection import Reply
from infrastructure.groq.headers import retry_after
from infrastructure.resilience.errors import AttemptFailed, RateLimited

OK = 200
REQUEST_TIMEOUT, TOO_MANY_REQUESTS = 408, 429
SERVER_ERRORS = range(500, 600)
# The model failed to write JSON. The service calls that a bad request; it is no fault of ours, and it repeats.
NO_JSON = "json_validate_failed"
LONGEST_CODE = 64

log = structlog.get_logger("groq")


class Fault(msgspec.Struct, frozen=True):
    code: str | None = None


class FaultReply(msgspec.Struct, frozen=True):
    error: Fault


def answered(reply: Reply) -> bytes:
    """The body of a 200. Raises AttemptFailed for everything else: transient for 408, 429 and 5xx."""
    if reply.status == OK:
        return reply.body
    reason = f"groq answered {reply.status}"
    if reply.status == TOO_MANY_REQUESTS:
        raise RateLimited(reason, transient=True, not_before=retry_after(reply.headers))
    if reply.status == REQUEST_TIMEOUT or reply.status in SERVER_ERRORS:
        raise AttemptFailed(reason, transient=True, not_before=retry_after(reply.headers))
    code = _code(reply.body)
    if code == NO_JSON:
        raise AttemptFailed(f"{reason}: {code}", transient=False)
    log.error("groq refuses what we ask: a fault of ours, not tried again", status=reply.status, code=code)
    raise AttemptFailed(reason, transient=False)


def _code(body: bytes) -> str | None:
    """Never more of the body than this: it may quote the conversation."""
    try:
        code = msgspec.json.decode(body, type=FaultReply).error.code
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return code if code and len(code) <= LONGEST_CODE and code.replace("_", "").isalnum() else None
