"""Kills processes and servers at random while conversations are posted; the dice have a seed."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.forked import Forked, Nursery
from tests.servers.breakable_rabbitmq import BreakableRabbitmq

WEIGHTS = {"serve": 7, "consume": 7, "postgres": 4}


@dataclass(slots=True, kw_only=True)
class Server:
    """One that is killed and started again in the background, since others go on dying meanwhile."""

    kill: Callable[[], None]
    start: Callable[[], None]
    rest_seconds: float
    _restarting: asyncio.Task[None] | None = None
    _back_since: float = field(default_factory=time.monotonic)

    @property
    def has_rested(self) -> bool:
        back = self._restarting is None or self._restarting.done()
        return back and time.monotonic() > self._back_since + self.rest_seconds

    def crash(self, away_seconds: float) -> None:
        self._restarting = asyncio.create_task(self._crash(away_seconds))

    async def is_back(self) -> None:
        if self._restarting is not None:
            await self._restarting

    async def _crash(self, away_seconds: float) -> None:
        await asyncio.to_thread(self.kill)
        await asyncio.sleep(away_seconds)
        await asyncio.to_thread(self.start)
        self._back_since = time.monotonic()


@dataclass(slots=True, kw_only=True)
class Mayhem:
    """Two API processes and two consumers on one PostgreSQL and one RabbitMQ."""

    nursery: Nursery
    servers: dict[str, Server]
    seed: int
    killed: Counter[str] = field(default_factory=Counter)
    running: dict[str, list[Forked]] = field(default_factory=dict)

    async def begin(self) -> list[str]:
        """The addresses at which the API can be called from now on, when one of them answers."""
        serving = [self.nursery.serve(), self.nursery.serve()]
        self.running = {"serve": serving, "consume": [self.nursery.consume(), self.nursery.consume()]}
        for process in (*serving, *self.running["consume"]):
            await asyncio.to_thread(process.wait_until_up)
        return [process.url for process in serving]

    async def rounds(self, number: int, *, rabbitmq_every: int) -> None:
        """Each kills one thing with SIGKILL (a server: as its own crash would) and starts it again."""
        dice = random.Random(self.seed)  # noqa: S311
        for round_number in range(1, number + 1):
            await self._kill(self._victim(round_number, rabbitmq_every, dice), dice)
            await asyncio.sleep(dice.uniform(0.05, 0.35))

    async def end(self) -> None:
        """Everything runs again."""
        for server in self.servers.values():
            await server.is_back()

    def _victim(self, round_number: int, rabbitmq_every: int, dice: random.Random) -> str:
        if round_number % rabbitmq_every == 0 and self.servers["rabbitmq"].has_rested:
            return "rabbitmq"
        victim = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        if victim in self.servers and not self.servers[victim].has_rested:
            return "consume"
        return victim

    async def _kill(self, victim: str, dice: random.Random) -> None:
        self.killed[victim] += 1
        away_seconds = dice.uniform(0.0, 0.2)
        if victim in self.servers:
            self.servers[victim].crash(away_seconds)
            return
        place = dice.randrange(len(self.running[victim]))
        process = self.running[victim][place]
        await asyncio.to_thread(process.kill)
        await asyncio.sleep(away_seconds)
        again = self.nursery.serve(port=process.port) if victim == "serve" else self.nursery.consume()
        self.running[victim][place] = again


def breakable(postgres: PrivatePostgres, rabbitmq: BreakableRabbitmq) -> dict[str, Server]:
    return {
        "postgres": Server(kill=postgres.kill, start=postgres.start, rest_seconds=1.0),
        # A quorum queue that is declared shortly before a crash does not always survive it, whoever declares it.
        "rabbitmq": Server(kill=rabbitmq.kill, start=rabbitmq.start, rest_seconds=6.0),
    }
