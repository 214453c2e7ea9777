"""HTTP to the service: one request a call, nothing retried here, nothing of httpx let out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import httpx

from infrastructure.memory_api.renewed_client import RenewedClient
from infrastructure.resilience.errors import AttemptFailed, AttemptTimedOut

MOST_ANSWER_BYTES = 1024 * 1024
CONNECT_SECONDS = 5.0
# A connection kept longer than the service keeps it is found broken by the next call.
KEEPALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: bytes


class MemoryApiConnection:
    """Opens nothing before the first call. Whoever made it closes it.

    ``silence_limit``: how long the service may say nothing. It must be shorter than the limit of an attempt: being
    cut from outside, in the middle of anything, is the exception.
    """

    def __init__(self, *, base_url: str, api_key: str | None, silence_limit: timedelta, concurrency: int) -> None:
        silence = silence_limit.total_seconds()
        make = partial(
            httpx.AsyncClient,
            base_url=base_url,
            headers=_headers(api_key),
            verify=httpx.create_ssl_context(),  # made once: it costs more than a call
            timeout=httpx.Timeout(silence, connect=min(CONNECT_SECONDS, silence)),
            limits=httpx.Limits(
                max_connections=concurrency,
                max_keepalive_connections=concurrency,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
        )
        self._client = RenewedClient(make)

    async def post(self, path: str, body: bytes, *, idempotency_key: str) -> Reply:
        """Whatever the status. Raises AttemptFailed."""
        headers = {"Idempotency-Key": idempotency_key}
        try:
            async with self._client.use() as client:
                return await _reply(client, path, body, headers)
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:  # it was never asked
            raise AttemptFailed(f"memory_api cannot be reached: {type(error).__name__}", transient=True) from None
        except httpx.TimeoutException as error:
            raise AttemptTimedOut(f"memory_api: {type(error).__name__}") from None
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError) as error:
            raise AttemptFailed(f"memory_api cannot be asked: {type(error).__name__}", transient=False) from None
        except httpx.TransportError as error:
            raise AttemptFailed(f"memory_api cannot be reached: {type(error).__name__}", transient=True) from None

    async def close(self) -> None:
        await self._client.close()


def _headers(api_key: str | None) -> Mapping[str, str]:
    authorization = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return {
        **authorization,
        "Content-Type": "application/json",
        "Accept": "application/json",
        # A few compressed bytes may unfold to any number of them.
        "Accept-Encoding": "identity",
    }


async def _reply(client: httpx.AsyncClient, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
    async with client.stream("POST", path, content=body, headers=headers) as response:
        return Reply(status=response.status_code, body=await _bounded(response))


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_ANSWER_BYTES:
            raise AttemptFailed(f"memory_api answered more than {MOST_ANSWER_BYTES} bytes", transient=True)
    return bytes(body)
