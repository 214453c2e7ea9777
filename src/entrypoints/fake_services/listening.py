import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from entrypoints.fake_services.http_message import Answer, MalformedRequest, read_request
from entrypoints.fake_services.stand_in import StandIn

# As many connections as may wait to be accepted: a load test opens thousands at once.
BACKLOG = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    """Welcomes callers. A call that hangs costs a task and a connection, and nothing else."""

    stand_in: StandIn
    guests: set[asyncio.Task[None]] = field(default_factory=set)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.guests.add(task)
            task.add_done_callback(self.guests.discard)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):  # cancelled only to close
                await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stays = True
        while stays:
            try:
                request = await read_request(reader)
            except MalformedRequest as error:
                writer.write(Answer(body=str(error).encode(), status=HTTPStatus.BAD_REQUEST).wire())
                return
            stays = request is not None and await self.stand_in.respond(request, reader, writer) and request.keeps_alive

    async def show_out(self) -> None:
        for task in self.guests:
            task.cancel()
        await asyncio.gather(*self.guests, return_exceptions=True)


@asynccontextmanager
async def listening(stand_in: StandIn, *, host: str, port: int = 0) -> AsyncIterator[int]:
    """The port it answers at; 0 takes any that is free. Whoever is connected when it ends is cut off."""
    door = _Door(stand_in=stand_in)
    server = await asyncio.start_server(door.welcome, host, port, backlog=BACKLOG)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        await door.show_out()
