"""What callers of `conversations/end` notice of a broker in trouble: each p99 beside that with a healthy one.

    .venv/bin/python -m benchmarks.broker_faults --rounds 3 --seconds 10

Every round measures every state of the broker, in an order of its own. Only `serve` runs: a consumer would have less
to do without a broker, and leave more of the machine to the API.
"""

import argparse
import random
import secrets
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from rich.console import Console
from rich.table import Table

from benchmarks.database import fresh_database
from benchmarks.measure import measure
from benchmarks.messages import Latency, LoadJob
from benchmarks.options import PROGRAM
from benchmarks.scenarios import accept
from benchmarks.service import Service, running_service
from benchmarks.stage import POSTGRES_SETTINGS
from infrastructure.private_postgres.node import PrivatePostgres
from tests.faults.proxy import FaultProxy
from tests.servers.breakable_rabbitmq import BreakableRabbitmq
from tests.servers.directories import open_directory
from tests.servers.sources import private_rabbitmq

HEALTHY = "healthy"
WARM_UP_SECONDS = 3.0
RECOVERY_SECONDS = 6.0
SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    begin: Callable[[], None]
    end: Callable[[], None]


def troubles(proxy: FaultProxy, rabbitmq: BreakableRabbitmq) -> dict[str, Trouble]:
    def nothing() -> None:
        pass

    return {
        HEALTHY: Trouble(begin=nothing, end=nothing),
        "refusing": Trouble(begin=proxy.refuse, end=proxy.heal),
        "black-holed": Trouble(begin=proxy.swallow, end=proxy.heal),
        "frozen": Trouble(begin=rabbitmq.pause, end=rabbitmq.resume),
        "memory alarm": Trouble(begin=rabbitmq.raise_memory_alarm, end=rabbitmq.clear_memory_alarm),
    }


def main() -> None:
    arguments = _arguments()
    dice = random.Random(SEED)  # noqa: S311 - an order, not a secret
    measured: dict[str, list[Latency]] = {}
    with open_directory() as directory, _stage(directory) as (service, states):
        for _ in range(arguments.rounds):
            for name in dice.sample(list(states), len(states)):
                latency = _in_trouble(states[name], service, arguments, directory)
                measured.setdefault(name, []).append(latency)
    _report(measured, Console())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="measured in each state")
    parser.add_argument("--rate", type=float, default=200, help="conversations of 45 KB a second")
    parser.add_argument("--clients", type=int, default=64)
    return parser.parse_args()


@contextmanager
def _stage(directory: Path) -> Iterator[tuple[Service, Mapping[str, Trouble]]]:
    with (
        PrivatePostgres(directory / "postgres", durable=True, settings=POSTGRES_SETTINGS) as postgres,
        private_rabbitmq() as rabbitmq,
        fresh_database(postgres.url, "broker_faults") as database_url,
        FaultProxy(urlsplit(rabbitmq.url).port or 0) as proxy,
        running_service(
            (PROGRAM,),
            label="broker_faults",
            database_url=database_url,
            rabbitmq_url=_through(proxy, rabbitmq.new_vhost()),
            directory=directory,
            roles=("serve",),
        ) as service,
    ):
        yield service, troubles(proxy, rabbitmq)


def _through(proxy: FaultProxy, url: str) -> str:
    address = urlsplit(url)
    credentials, _, _ = address.netloc.rpartition("@")
    return urlunsplit(address._replace(netloc=f"{credentials}@{address.hostname}:{proxy.port}"))


def _in_trouble(trouble: Trouble, service: Service, arguments: argparse.Namespace, directory: Path) -> Latency:
    trouble.begin()
    try:
        job = LoadJob(
            port=service.port,
            token=service.token,
            run=secrets.token_hex(4),
            streams=(accept("accept", arguments.rate),),
            clients=arguments.clients,
            warm_up_seconds=WARM_UP_SECONDS,
            seconds=arguments.seconds,
            drain_seconds=30,
            request_timeout_seconds=30,
        )
        [outcome] = measure(job, pids=service.pids, directory=directory, watch=lambda _: None).finished.outcomes
    finally:
        trouble.end()
        time.sleep(RECOVERY_SECONDS)
    if outcome.errors or outcome.latency is None:
        raise SystemExit(f"requests failed: {outcome.errors}")
    return outcome.latency


def _report(measured: Mapping[str, list[Latency]], console: Console) -> None:
    table = Table(title="conversations/end while the broker is …, medians of all rounds", title_justify="left")
    for column in ("broker", "p50 ms", "p95 ms", "p99 ms", "p99 : healthy"):
        table.add_column(column, justify="left" if column == "broker" else "right")
    healthy = _median(measured[HEALTHY], lambda latency: latency.p99_ms)
    for name, latencies in measured.items():
        p99 = _median(latencies, lambda latency: latency.p99_ms)
        p50 = _median(latencies, lambda latency: latency.p50_ms)
        p95 = _median(latencies, lambda latency: latency.p95_ms)
        table.add_row(name, f"{p50:.1f}", f"{p95:.1f}", f"{p99:.1f}", f"{p99 / healthy:.2f}")
    console.print(table)


def _median(latencies: list[Latency], figure: Callable[[Latency], float]) -> float:
    return statistics.median(figure(latency) for latency in latencies)


if __name__ == "__main__":
    main()
