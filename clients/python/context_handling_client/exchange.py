"""What an answer means, without any waiting or sending of its own; both clients drive it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import httpx

from context_handling_client.calls import Call
from context_handling_client.errors import Refused, Unavailable
from context_handling_client.patience import AGAIN_LATER, Patience

Answer = TypeVar("Answer")


@dataclass(slots=True, kw_only=True)
class Exchange(Generic[Answer]):
    """One call, tried until it is answered or patience is over."""

    call: Call[Answer]
    patience: Patience
    monotonic: Callable[[], float] = time.monotonic
    _attempt: int = 1
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    @property
    def request(self) -> dict[str, Any]:
        """As httpx takes it."""
        body = {} if self.call.body is None else {"json": self.call.body}
        return {"method": self.call.method, "url": self.call.path, "params": self.call.query, **body}

    def answer(self, response: httpx.Response) -> Answer:
        """Raises Refused."""
        if response.is_success:
            return cast("Answer", response.json()["data"])
        raise _refusal(response)

    def pause_after(self, response: httpx.Response) -> float | None:
        """Seconds after which to send it again; None: this answer is final. Raises Unavailable."""
        if response.status_code not in AGAIN_LATER:
            return None
        return self._pause(_retry_after(response), because=f"the last answer was {response.status_code}")

    def pause_without_answer(self, error: httpx.TransportError) -> float:
        """Raises Unavailable."""
        arrived = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        if arrived and not self.call.repeatable:
            raise Unavailable(f"no answer, and it may have arrived: {type(error).__name__}") from error
        return self._pause(None, because=f"the last try ended with {type(error).__name__}")

    def _pause(self, asked_for: float | None, *, because: str) -> float:
        self._attempt += 1
        elapsed = self.monotonic() - self._began
        wait = self.patience.wait_before(self._attempt, asked_for=asked_for, elapsed=elapsed)
        if wait is None:
            raise Unavailable(f"no final answer to {self.call.method} {self.call.path}; {because}")
        return wait


def _retry_after(response: httpx.Response) -> float | None:
    told = response.headers.get("retry-after", "")
    return float(told) if told.isdigit() else None


def _refusal(response: httpx.Response) -> Refused:
    try:
        problem = response.json()
    except ValueError:  # somebody else's answer, of a proxy for example
        problem = {}
    if not isinstance(problem, dict):
        problem = {}
    return Refused(
        status=response.status_code,
        code=str(problem.get("error_code", "")),
        message=str(problem.get("message", response.reason_phrase)),
        details=problem.get("details") or {},
        request_id=response.headers.get("x-request-id", ""),
    )
