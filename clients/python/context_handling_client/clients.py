import asyncio
import time
from types import TracebackType
from typing import Self, TypeVar

import httpx

from context_handling_client.calls import Call
from context_handling_client.exchange import Exchange
from context_handling_client.patience import Patience

Answer = TypeVar("Answer")
# Of one try; the service itself ends a request after 55 s.
TRY_SECONDS = 10.0
DEFAULT_PATIENCE = Patience()


def _headers(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


class Client:
    """One connection pool; may be shared by threads. ``try_seconds`` is the limit of a single try."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._http = httpx.Client(base_url=url, headers=_headers(token), timeout=try_seconds)
        self._patience = patience

    def send(self, call: Call[Answer]) -> Answer:
        """Its `data`. Raises Refused, Unavailable."""
        exchange = Exchange(call=call, patience=self._patience)
        while True:
            try:
                response = self._http.request(**exchange.request)
            except httpx.TransportError as error:
                time.sleep(exchange.pause_without_answer(error))
                continue
            pause = exchange.pause_after(response)
            if pause is None:
                return exchange.answer(response)
            time.sleep(pause)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncClient:
    """The same for asyncio."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        try_seconds: float = TRY_SECONDS,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, headers=_headers(token), timeout=try_seconds)
        self._patience = patience

    async def send(self, call: Call[Answer]) -> Answer:
        """Its `data`. Raises Refused, Unavailable."""
        exchange = Exchange(call=call, patience=self._patience)
        while True:
            try:
                response = await self._http.request(**exchange.request)
            except httpx.TransportError as error:
                await asyncio.sleep(exchange.pause_without_answer(error))
                continue
            pause = exchange.pause_after(response)
            if pause is None:
                return exchange.answer(response)
            await asyncio.sleep(pause)

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
