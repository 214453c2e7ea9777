"""Who changed what: one line in the log for every operation that changes something, whoever asked for it.

A line holds ids and no word of a child. It is told whatever LOG_LEVEL says.
"""

from enum import StrEnum

import structlog

# Not the filtering logger of all others: LOG_LEVEL is about how much is told, not about what must be known afterwards.
_log = structlog.wrap_logger(None, wrapper_class=structlog.BoundLogger)


class Operation(StrEnum):
    """What is done; the names are those that people look for."""

    APPLY_SCORE = "apply score"
    BACK_UP = "back up"
    ERASE_USER = "erase user"
    HEAL_SCORES = "heal scores"
    IMPORT_LEGACY = "import legacy"
    ISSUE_TOKEN = "issue token"  # noqa: S105 - the name of an operation
    MIGRATE = "migrate"
    RECALCULATE_SCORES = "recalculate scores"
    REPLACE_CATALOGUE = "replace catalogue"
    RESTORE_BACKUP = "restore backup"
    RETRY_EVENTS = "retry events"
    SKIP_EVENT = "skip event"
    UPDATE_PROFILE = "update profile"


class AuditOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    """Nothing was changed: not allowed, not there, not possible."""
    FAILED = "failed"
    """A dependency or we ourselves: it may be done in part, or not at all. Every operation is safe to repeat."""
    BROKEN_OFF = "broken off"
    """Nobody waited for the end: as FAILED."""


Subject = str | None
"""The ``sub`` of the token; on the command line the user of the operating system. None: no token is asked for."""


def tell(operation: Operation, *, via: str, subject: Subject, outcome: AuditOutcome, **facts: object) -> None:
    """``via``: http or cli. ``facts``: ids of what it is about, and what else is worth knowing."""
    _log.info("audit", operation=operation.value, via=via, subject=subject, outcome=outcome.value, **facts)
