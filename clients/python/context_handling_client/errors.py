from collections.abc import Mapping
from typing import Any


class ContextHandlingError(Exception):
    """Whatever this client raises."""


class Refused(ContextHandlingError):
    """The service answered, and would answer the same way again."""

    def __init__(self, *, status: int, code: str, message: str, details: Mapping[str, Any], request_id: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        """USER_NOT_FOUND, VALIDATION_ERROR, …; empty when the answer was not one of the service's own."""
        self.message = message
        self.details = details
        self.request_id = request_id


class Unavailable(ContextHandlingError):
    """No final answer while patience lasted. What was sent may have arrived; sending it again does no harm."""
