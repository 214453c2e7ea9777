from enum import StrEnum


class EventStatus(StrEnum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    PERMANENTLY_FAILED = "PERMANENTLY_FAILED"


OPEN = (EventStatus.PENDING, EventStatus.PROCESSING, EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED)
"""Somebody or something still has to see to these."""


class FailureCode(StrEnum):
    MEMORY_API_TIMEOUT = "MEMORY_API_TIMEOUT"
    MEMORY_API_UNAVAILABLE = "MEMORY_API_UNAVAILABLE"
    ANALYSIS_TIMEOUT = "ANALYSIS_TIMEOUT"
    CONVERSATION_LOG_UNAVAILABLE = "CONVERSATION_LOG_UNAVAILABLE"
    LEASE_EXPIRED = "LEASE_EXPIRED"
    UNEXPECTED_ERROR = "UNEXPECTED_ERROR"

    @property
    def is_of_a_dependency(self) -> bool:
        """Somebody else did not answer. An analysis beyond its own limit may be our crowd as well, and is not."""
        return self in (
            FailureCode.MEMORY_API_TIMEOUT,
            FailureCode.MEMORY_API_UNAVAILABLE,
            FailureCode.CONVERSATION_LOG_UNAVAILABLE,
        )


class AttemptOutcome(StrEnum):
    """How an attempt ended; an attempt without one is still running, or its worker died."""

    PROCESSED = "PROCESSED"
    FAILED = "FAILED"
    HANDED_BACK = "HANDED_BACK"
    LEASE_EXPIRED = "LEASE_EXPIRED"
    SKIPPED = "SKIPPED"
