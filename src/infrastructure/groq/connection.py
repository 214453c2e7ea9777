"""HTTP to the service: one request a call, nothing retried here, nothing of httpx let out."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
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
    """Opens nothing before the first call. Whoever made it closes it.

    Each call has a client, and with it a connection, for itself, and leaves it to the next if nothing went wrong.
    A pool that calls share loses count when one is cancelled at the wrong moment (httpcore, issue 1093), until it
    waits for ever. How many there are at once is for the guard to say.
    """

    def __init__(self, *, base_url: str, api_key: str, attempt_limit: timedelta) -> None:
        longest = attempt_limit.total_seconds() * SHARE_OF_LIMIT
        self._base_url = base_url
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
            # A few compressed bytes may unfold to any number of them.
            "Accept-Encoding": "identity",
        }
        self._timeout = httpx.Timeout(longest, connect=min(CONNECT_SECONDS, longest))
        self._tls = httpx.create_ssl_context()
        self._idle: list[httpx.AsyncClient] = []

    async def post(self, path: str, body: bytes) -> Reply:
        """Whatever the status. Raises AttemptFailed."""
        try:
            async with self._client() as client, client.stream("POST", path, content=body) as response:
                return Reply(status=response.status_code, headers=response.headers, body=await _bounded(response))
        except httpx.TimeoutException as error:
            raise AttemptTimedOut(f"groq: {type(error).__name__}") from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise AttemptFailed(f"groq cannot be asked: {type(error).__name__}", transient=False) from None
        except httpx.TransportError as error:
            raise AttemptFailed(f"groq cannot be reached: {type(error).__name__}", transient=True) from None

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().aclose()

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        client = self._idle.pop() if self._idle else self._new_client()
        try:
            yield client
        except BaseException:
            await client.aclose()
            raise
        self._idle.append(client)

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self._base_url,
            headers=self._headers,
            timeout=self._timeout,
            verify=self._tls,
            limits=httpx.Limits(max_connections=1, keepalive_expiry=KEEPALIVE_SECONDS),
        )


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_ANSWER_BYTES:
            raise AttemptFailed(f"groq answered more than {MOST_ANSWER_BYTES} bytes", transient=False)
    return bytes(body)
