from enum import IntEnum

from application.errors import BackupDamaged, Conflict, NotFound
from domain.event import IllegalTransition

REFUSALS = (NotFound, Conflict, IllegalTransition, BackupDamaged)
"""Nothing was changed, and the answer is no."""


class ExitCode(IntEnum):
    DONE = 0
    NO = 1
    """The command worked, and the answer is no: a difference, an invalid file."""
    USAGE = 2
    """Wrong arguments or settings."""
    UNAVAILABLE = 3
    """A database, a port or another thing it needs cannot be had."""
