"""HTTP to the service: one request a call, nothing retried here, nothing of httpx let out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from infrastructure.resilience.errors import AttemptFailed, AttemptTimedOut

MOST_ANSWER_BYTES = 256 * 1024
CONNECT_SECONDS = 5.0
# Shorter than the limit of an attempt, so that being cut from outside, in the middle of anything, is the exception.
SHARE_OF_LIMIT = 0.9
# A connection kept longer than the service keeps it is found broken by the next call.
KEEPALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


class GroqConnection:
    """Opens nothing before the first call. Whoever made it closes it."""

    def __init__(self, *, base_url: str, api_key: str, attempt_limit: timedelta, concurrency: int) -> None:
        longest = attempt_limit.total_seconds() * SHARE_OF_LIMIT
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={
                "Authorization": f"Bearer {api_key}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                # A few compressed bytes may unfold to any number of them.
                "Accept-Encoding": "identity",
            },
            timeout=httpx.Timeout(longest, connect=min(CONNECT_SECONDS, longest)),
            limits=httpx.Limits(
                max_connections=concurrency,
                max_keepalive_connections=concurrency,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
        )

    async def post(self, path: str, body: bytes) -> Reply:
        """Whatever the status. Raises AttemptFailed."""
        try:
            async with self._client.stream("POST", path, content=body) as response:
                return Reply(status=response.status_code, headers=response.headers, body=await _bounded(response))
        except httpx.TimeoutException as error:
            raise AttemptTimedOut(f"groq: {type(error).__name__}") from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise AttemptFailed(f"groq cannot be asked: {type(error).__name__}", transient=False) from None
        except httpx.TransportError as error:
            raise AttemptFailed(f"groq cannot be reached: {type(error).__name__}", transient=True) from None

    async def close(self) -> None:
        await self._client.aclose()


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_ANSWER_BYTES:
            raise AttemptFailed(f"groq answered more than {MOST_ANSWER_BYTES} bytes", transient=False)
    return bytes(body)
