"""What can go wrong outside the rules of the business, told apart by what the caller can do about it."""

from collections.abc import Iterable


class ApplicationError(Exception):
    pass


class NotFound(ApplicationError):
    """There is no such thing; asking again is useless."""


class ConversationNotFound(NotFound):
    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"No conversation {conversation_id}.")


class UserNotFound(NotFound):
    def __init__(self, user_id: str) -> None:
        super().__init__(f"No user {user_id}.")


class CatalogueVersionNotFound(NotFound):
    def __init__(self, version: int) -> None:
        super().__init__(f"No version {version} of the catalogue.")


class LegacyTablesMissing(NotFound):
    def __init__(self, tables: Iterable[str]) -> None:
        super().__init__(f"This is no database of the first implementation: it has no {', no '.join(tables)}.")


class BackupNotFound(NotFound):
    def __init__(self, name: str | None = None) -> None:
        super().__init__("There is no backup." if name is None else f"No backup {name}.")


class Conflict(ApplicationError):
    """Somebody else changed it or holds it; asking again later may work."""


class CatalogueChanged(Conflict):
    """Somebody replaced the catalogue since the caller looked."""

    def __init__(self, latest: int) -> None:
        super().__init__(f"The catalogue has changed: its version is {latest}. Look at that one first.")


class BeingProcessed(Conflict):
    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} is being processed; ask again in a moment.")


class NotToBeScored(Conflict):
    def __init__(self, conversation_id: str, status: str) -> None:
        super().__init__(f"Conversation {conversation_id} is {status}; a person decides whether it is ever scored.")


class UserErased(Conflict):
    """The conversation ended before its user was erased; it is never taken."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"Conversation {conversation_id} ended before its user was erased. It is not taken; do not send it again."
        )


class RestoreRefused(Conflict):
    """The database is not to be overwritten as things are; nothing was changed."""


class BackupDamaged(ApplicationError):
    """What was read is not what was written. Asking again is useless."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The backup {name} is damaged: {why}.")


class UserMismatch(ApplicationError):
    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"Conversation {conversation_id} is not of this user.")


class DependencyUnavailable(ApplicationError):
    """The database, or another thing this call cannot do without, did not answer in time."""


class PoolExhausted(DependencyUnavailable):
    """The database is there, but every connection is in use."""


class QueryTimedOut(DependencyUnavailable):
    """The database ended a statement that ran, or waited for a lock, for too long."""


class LogStoreUnavailable(DependencyUnavailable):
    """The store of conversation logs did not answer in time, or refused."""


class LeaseLost(Conflict):
    """Another worker has claimed the event since; nothing may be written for this claim."""


class NoRoom(ApplicationError):
    """Too much is worked on already, and somebody waits for room; later there will be."""


class AnalystUnavailable(ApplicationError):
    """No usable answer about this part of a conversation; it may be asked for again later."""


class AnalystTimedOut(AnalystUnavailable):
    """No answer in time, the last try included."""


class AnalystOverRate(AnalystUnavailable):
    """Asked more often than allowed, the last try included."""


class MemoriesTimedOut(ApplicationError):
    """The memory service did not answer in time."""


class MemoriesUnavailable(ApplicationError):
    """The memory service could not be reached or failed."""


class MemoriesRefused(ApplicationError):
    """The memory service will never take this conversation (4xx); trying again is useless."""


class LogUnavailable(ApplicationError):
    """The conversation log is missing or cannot be read."""


class AlertNotDelivered(ApplicationError):
    """Nobody was told. ``retry_after``: seconds after which whoever refused wants to be asked again."""

    def __init__(self, reason: str, *, is_final: bool = False, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.is_final = is_final
        """Asking again at once is useless."""
        self.retry_after = retry_after
