"""What callers of `conversations/end` notice of the nightly job: its p99 beside that without.

    .venv/bin/python -m benchmarks.nightly --rounds 3 --seconds 15

The job asks for the scores of conversations one after the other on ``--connections`` of one client, as fast as it is
answered; what is turned away it asks for again. Nothing consumes, so that every score has to be calculated.
"""

import argparse
import http.client
import json
import secrets
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.conversation import conversation_log
from benchmarks.database import fresh_database
from benchmarks.measure import measure
from benchmarks.messages import Latency, LoadJob
from benchmarks.options import PROGRAM
from benchmarks.scenarios import CONVERSATION_BYTES, accept
from benchmarks.service import Service, running_service
from benchmarks.stage import POSTGRES_SETTINGS
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.directories import open_directory

CONVERSATIONS = 200
WARM_UP_SECONDS = 3.0
START = datetime(2026, 1, 5, 12, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Job:
    service: Service
    connections: int
    answered: int = 0
    turned_away: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._ask) for _ in range(self.connections)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=60)
        number = secrets.randbelow(CONVERSATIONS)
        while not self._stop.is_set():
            number = (number + 1) % CONVERSATIONS
            status = _post(connection, self.service, f"/v1/friendship_status/calculate-score/nightly_{number:04d}")
            self.answered += status == http.HTTPStatus.OK
            self.turned_away += status == http.HTTPStatus.SERVICE_UNAVAILABLE


def main() -> None:
    arguments = _arguments()
    with (
        open_directory() as directory,
        PrivatePostgres(directory / "postgres", durable=True, settings=POSTGRES_SETTINGS) as postgres,
        fresh_database(postgres.url, "nightly") as database_url,
        running_service(
            (PROGRAM,), label="nightly", database_url=database_url, rabbitmq_url=None, directory=directory
        ) as service,
    ):
        _fill(service)
        alone, beside = [], []
        for _ in range(arguments.rounds):
            alone.append(_latency(service, arguments, directory))
            job = Job(service=service, connections=arguments.connections)
            began = time.monotonic()
            with job.running():
                beside.append(_latency(service, arguments, directory))
            _tell(job, time.monotonic() - began)
    _report(alone, beside)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rate", type=float, default=100, help="conversations of 45 KB a second")
    parser.add_argument("--connections", type=int, default=16, help="of the client that runs the job")
    return parser.parse_args()


def _fill(service: Service) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    logs = json.loads(conversation_log(CONVERSATION_BYTES, 1))
    for number in range(CONVERSATIONS):
        body = {
            "conversation_id": f"nightly_{number:04d}",
            "user_id": f"nightly_user_{number % 50:02d}",
            "bot_type": "TALK",
            "bot_id": "bot_agent_movie",
            "bot_name": "Movie chat",
            "start_time": START.isoformat(),
            "end_time": (START + timedelta(minutes=12)).isoformat(),
            "conversation_logs": logs,
        }
        status = _post(connection, service, "/v1/conversations/end", json.dumps(body).encode())
        if status != http.HTTPStatus.ACCEPTED:
            raise SystemExit(f"preparing failed with {status}")


def _post(connection: http.client.HTTPConnection, service: Service, path: str, body: bytes = b"") -> int:
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": "application/json"}
    connection.request("POST", path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _latency(service: Service, arguments: argparse.Namespace, directory: Path) -> Latency:
    job = LoadJob(
        port=service.port,
        token=service.token,
        run=secrets.token_hex(4),
        streams=(accept("accept", arguments.rate),),
        clients=64,
        warm_up_seconds=WARM_UP_SECONDS,
        seconds=arguments.seconds,
        drain_seconds=30,
        request_timeout_seconds=30,
    )
    [outcome] = measure(job, pids=service.pids, directory=directory, watch=lambda _: None).finished.outcomes
    if outcome.errors or outcome.latency is None:
        raise SystemExit(f"requests failed: {outcome.errors}")
    return outcome.latency


def _tell(job: Job, seconds: float) -> None:
    print(f"the job: {job.answered / seconds:.0f} scores a second, {job.turned_away} turned away")


def _report(alone: list[Latency], beside: list[Latency]) -> None:
    medians = [statistics.median(latency.p99_ms for latency in latencies) for latencies in (alone, beside)]
    for name, latencies in (("alone", alone), ("beside the job", beside)):
        p50 = statistics.median(latency.p50_ms for latency in latencies)
        p99 = ", ".join(f"{latency.p99_ms:.1f}" for latency in latencies)
        print(f"conversations/end {name}: p50 {p50:.1f} ms, p99 of each round {p99} ms")
    print(f"median p99 beside the job : alone = {medians[1] / medians[0]:.2f}")


if __name__ == "__main__":
    main()
