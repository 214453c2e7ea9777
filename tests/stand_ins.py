"""Stand-ins for the services outside, listening in the event loop of a test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx

from entrypoints.fake_services.behaviour import Behaviour
from entrypoints.fake_services.calls import Calls
from entrypoints.fake_services.listening import listening
from entrypoints.fake_services.memory_role import MemoryRole
from entrypoints.fake_services.role import Role
from entrypoints.fake_services.stand_in import StandIn
from infrastructure.private_postgres.ports import LOOPBACK

HONEST = Behaviour()


@dataclass(slots=True, kw_only=True)
class Listening:
    """A stand-in, and where it is reached."""

    stand_in: StandIn
    port: int
    http: httpx.AsyncClient
    """A client of it; making one costs more than a call."""

    @property
    def url(self) -> str:
        return address(self.port)

    @property
    def calls(self) -> Calls:
        return self.stand_in.calls

    def behaves(self, behaviour: Behaviour) -> None:
        self.stand_in.behaviour = behaviour


@asynccontextmanager
async def standing_in(
    behaviour: Behaviour = HONEST, *, role: Role | None = None, port: int = 0
) -> AsyncIterator[Listening]:
    """For the memory service, unless another role is given."""
    stand_in = StandIn(role=role or MemoryRole(), behaviour=behaviour)
    async with AsyncExitStack() as stack:
        listens_at = await stack.enter_async_context(listening(stand_in, host=LOOPBACK, port=port))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=address(listens_at)))
        yield Listening(stand_in=stand_in, port=listens_at, http=http)


def address(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"
