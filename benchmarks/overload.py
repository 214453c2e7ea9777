"""What the service does when too much is asked: goodput, sheds, `/livez` and memory at 0.5 to 5 times capacity.

    .venv/bin/python -m benchmarks.overload --capacity 400 --seconds 10
    .venv/bin/python -m benchmarks.overload --capacity 1500 --kind suggest

``--capacity`` is a rate that the service just sustains here (`--only accept-capacity` of `python -m benchmarks` finds
it). Without a rate limit, or that would be measured. Only `serve` runs. It and PostgreSQL have all cores but the last,
which is the generator's (``--shared-cores`` leaves that out): one that offers five times as much would otherwise take
from the service what the service is to show, and the peak would have been measured on a larger machine.
"""

import argparse
import http.client
import os
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.database import fresh_database
from benchmarks.measure import measure
from benchmarks.messages import LoadJob, Outcome, Stream
from benchmarks.options import PROGRAM
from benchmarks.percentile import nearest_rank
from benchmarks.results import Measurement
from benchmarks.scenarios import CONVERSATION_BYTES
from benchmarks.service import Service, running_service
from benchmarks.stage import POSTGRES_SETTINGS
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.directories import open_directory

MULTIPLES = (0.5, 1, 2, 3, 4, 5)
WARM_UP_SECONDS = 3.0
PROBE_EVERY_SECONDS = 0.1
SHED = "http 503"
# How long the service had a request that it turned away, by its own histogram: the caller's time holds the queues, too.
TURNED_AWAY = re.compile(r'http_request_duration_seconds_bucket\{le="(0\.005|0\.01|\+Inf)",[^}]*status="503"\} (\S+)')


@dataclass(slots=True, kw_only=True)
class Probe:
    """Asks /livez ten times a second, on a connection of its own each time."""

    port: int
    latencies_ms: list[float] = field(default_factory=list)
    failures: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def asking(self) -> Iterator[None]:
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(PROBE_EVERY_SECONDS):
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", "/livez")
                self.failures += connection.getresponse().status != http.HTTPStatus.OK
            except OSError:
                self.failures += 1
            finally:
                connection.close()
            self.latencies_ms.append((time.perf_counter() - began) * 1000)


def main() -> None:
    arguments = _arguments()
    of_the_service, of_the_generator = _cores(shared=arguments.shared_cores)
    # Whoever is started inherits it.
    os.sched_setaffinity(0, of_the_service)
    with (
        open_directory() as directory,
        PrivatePostgres(directory / "postgres", durable=True, settings=POSTGRES_SETTINGS) as postgres,
        fresh_database(postgres.url, "overload") as database_url,
        running_service(
            (PROGRAM,),
            label="overload",
            database_url=database_url,
            rabbitmq_url=None,
            directory=directory,
            settings={"RATE_LIMIT_PER_SECOND": "0"},
        ) as service,
    ):
        os.sched_setaffinity(0, of_the_generator)
        rows = [_measured(multiple, service, arguments, directory) for multiple in MULTIPLES]
        turned_away = _turned_away(service.port)
    console = Console(width=130)
    _report(rows, console)
    console.print(
        f"Of {turned_away['+Inf']:.0f} requests turned away, the service had answered {turned_away['0.005']:.0f} "
        f"after 5 ms and {turned_away['0.01']:.0f} after 10 ms."
    )


def _cores(*, shared: bool) -> tuple[set[int], set[int]]:
    """For the service, and for the generator."""
    every = sorted(os.sched_getaffinity(0))
    return (set(every), set(every)) if shared else (set(every[:-1]), set(every[-1:]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--capacity", type=float, required=True, help="requests a second that are just sustained")
    parser.add_argument("--kind", choices=("accept", "suggest"), default="accept")
    parser.add_argument("--seconds", type=float, default=10, help="measured at each multiple")
    parser.add_argument("--clients", type=int, default=256)
    parser.add_argument("--shared-cores", action="store_true", help="the generator has none of its own")
    return parser.parse_args()


def _turned_away(port: int) -> Counter[str]:
    """How many, by the bound of a bucket in seconds."""
    connection, count = http.client.HTTPConnection("127.0.0.1", port, timeout=10), Counter[str]()
    connection.request("GET", "/metrics")
    for bound, value in TURNED_AWAY.findall(connection.getresponse().read().decode()):
        count[bound] += int(float(value))
    connection.close()
    return count


Row = tuple[float, Measurement, Probe]


def _measured(multiple: float, service: Service, arguments: argparse.Namespace, directory: Path) -> Row:
    size = CONVERSATION_BYTES if arguments.kind == "accept" else 0
    stream = Stream(name=arguments.kind, kind=arguments.kind, rate=arguments.capacity * multiple, size=size)
    job = LoadJob(
        port=service.port,
        token=service.token,
        run=secrets.token_hex(4),
        streams=(stream,),
        clients=arguments.clients,
        warm_up_seconds=WARM_UP_SECONDS,
        seconds=arguments.seconds,
        drain_seconds=5,
        request_timeout_seconds=10,
    )
    probe = Probe(port=service.port)
    with probe.asking():
        measurement = measure(job, pids=service.pids, directory=directory, watch=lambda _: None)
    return multiple, measurement, probe


def _report(rows: list[Row], console: Console) -> None:
    peak = max(_goodput(measurement) for _, measurement, _ in rows)
    table = Table(title="answered, turned away and lost a second, by multiples of capacity", title_justify="left")
    for column in (
        "offered",
        "good/s",
        ": peak",
        "p99 ms",
        "503",
        "p50 ms",
        "p99 ms",
        "other",
        "livez p99 ms",
        "lost",
        "RSS MB",
        "generator",
    ):
        table.add_column(column, justify="right")
    for multiple, measurement, probe in rows:
        outcome = _outcome(measurement)
        others = sum(count for kind, count in outcome.errors.items() if kind != SHED)
        table.add_row(
            f"{multiple:g}x",
            f"{_goodput(measurement):.0f}",
            f"{_goodput(measurement) / peak:.2f}",
            f"{outcome.latency.p99_ms:.0f}" if outcome.latency else "-",
            str(outcome.errors.get(SHED, 0)),
            f"{outcome.refusals.p50_ms:.1f}" if outcome.refusals else "-",
            f"{outcome.refusals.p99_ms:.1f}" if outcome.refusals else "-",
            str(others),
            f"{nearest_rank(sorted(probe.latencies_ms), 0.99):.0f}",
            str(probe.failures),
            f"{measurement.usage['serve'].rss_mb:.0f}",
            f"{measurement.usage['generator'].cpu_cores:.2f}",
        )
    console.print(table)


def _outcome(measurement: Measurement) -> Outcome:
    return measurement.finished.outcomes[0]


def _goodput(measurement: Measurement) -> float:
    return _outcome(measurement).achieved_rps


if __name__ == "__main__":
    main()
