import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx


class RenewedClient:
    """A client that is replaced when a call of it was cancelled.

    The pool of httpcore 1.0 counts a connection for ever that a cancelled call was just about to open, until none is
    left (its issue 1093). Calls under way end with the client they began with; the last one closes it.
    """

    def __init__(self, make: Callable[[], httpx.AsyncClient]) -> None:
        self._make = make
        self._current = make()
        self._users: dict[httpx.AsyncClient, int] = {}

    @asynccontextmanager
    async def use(self) -> AsyncIterator[httpx.AsyncClient]:
        """For one call."""
        client = self._current
        self._users[client] = self._users.get(client, 0) + 1
        try:
            yield client
        except asyncio.CancelledError:
            if client is self._current:
                self._current = self._make()
            raise
        finally:
            await self._leave(client)

    async def close(self) -> None:
        await self._current.aclose()

    async def _leave(self, client: httpx.AsyncClient) -> None:
        self._users[client] -= 1
        if not self._users[client]:
            del self._users[client]
            if client is not self._current:
                await client.aclose()
