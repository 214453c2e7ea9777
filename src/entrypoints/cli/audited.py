"""Who changed what from the command line."""

import asyncio
import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from entrypoints.bootstrap.audit import AuditOutcome, Operation, tell
from entrypoints.cli.exit_codes import REFUSALS

AddFacts = Callable[..., None]


@contextmanager
def audited(operation: Operation, *, rehearsal: bool = False, **facts: object) -> Iterator[AddFacts]:
    """Around the operation itself, when settings were read and logging is set up. Add what is known afterwards.

    ``rehearsal``: it changes nothing, and there is nothing to tell.
    """
    if rehearsal:
        yield lambda **_: None
        return
    known, outcome = dict(facts), AuditOutcome.FAILED
    try:
        yield known.update
        outcome = AuditOutcome.DONE
    except REFUSALS:
        outcome = AuditOutcome.REFUSED
        raise
    except (asyncio.CancelledError, KeyboardInterrupt):
        outcome = AuditOutcome.BROKEN_OFF
        raise
    finally:
        tell(operation, via="cli", subject=_user(), outcome=outcome, **known)


def _user() -> str:
    """Of the operating system; not what the environment says, which anybody may set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, often
        return f"uid {os.getuid()}"
