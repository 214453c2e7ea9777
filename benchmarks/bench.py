import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.capacity import Step, search
from benchmarks.database import fresh_database, libpq_url
from benchmarks.errors import CannotRun
from benchmarks.loop_waits import LoopWaits
from benchmarks.measure import measure
from benchmarks.messages import FloorJob, LoadJob, Outcome, Stream
from benchmarks.options import Options
from benchmarks.payload import USERS
from benchmarks.progress import ProgressDisplay
from benchmarks.results import Measurement, Result
from benchmarks.scenarios import Capacity, Floor, Load, Scenario, accept
from benchmarks.service import Service, running_service

WARM_UP_SECONDS = 2.0
_DRAIN_SECONDS = 30.0
_REQUEST_TIMEOUT_SECONDS = 30.0
_STEP_DRAIN_SECONDS = 5.0
_SHORTEST_STEP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything that all scenarios share; each gets a database and service processes of its own."""

    options: Options
    postgres_url: str
    postgres_pid: int
    rabbitmq_url: str | None
    directory: Path
    display: ProgressDisplay

    def run(self, scenario: Scenario) -> Result:
        self.display.say(f"{scenario.name} ...")
        try:
            return self._run(scenario)
        except CannotRun as error:
            return Result(scenario=scenario.name, failure=str(error))

    def _run(self, scenario: Scenario) -> Result:
        label = f"benchmark_{secrets.token_hex(4)}"
        with fresh_database(self.postgres_url, label) as database_url:
            if isinstance(scenario, Floor):
                return self._floor(scenario, database_url)
            with self._service(label, database_url) as service:
                if isinstance(scenario, Capacity):
                    return self._capacity(scenario, service)
                return self._load(scenario, service)

    @contextmanager
    def _service(self, label: str, database_url: str) -> Iterator[Service]:
        with running_service(
            self.options.program,
            label=label,
            database_url=database_url,
            rabbitmq_url=self.rabbitmq_url,
            directory=self.directory,
        ) as service:
            yield service

    def _floor(self, floor: Floor, database_url: str) -> Result:
        job = FloorJob(
            name=floor.name,
            database_url=libpq_url(database_url),
            clients=self.options.clients,
            warm_up_seconds=WARM_UP_SECONDS,
            seconds=self.options.seconds,
            size=floor.size,
        )
        return _result(floor.name, self._measure(job, floor.name, {}))

    def _load(self, load: Load, service: Service) -> Result:
        if load.prepare is not None:
            self._prepare(load.prepare, service)
        job = self._job(service, load.streams, clients=load.clients, seconds=load.seconds)
        before = LoopWaits.of(service.port)
        measurement = self._measure(job, load.name, service.pids)
        waits = str(LoopWaits.of(service.port).since(before))
        return _result(load.name, measurement, notes=[waits, *(_memory(measurement) if load.tells_memory else [])])

    def _prepare(self, stream: Stream, service: Service) -> None:
        job = self._job(service, (stream,), seconds=USERS / stream.rate, warm_up_seconds=0)
        measurement = self._measure(job, "preparing", service.pids)
        if measurement.errors:
            raise CannotRun(f"preparing failed: {measurement.finished.outcomes[0].errors}")

    def _capacity(self, capacity: Capacity, service: Service) -> Result:
        def attempt(rate: float) -> Measurement:
            seconds = max(self.options.seconds / 2, _SHORTEST_STEP_SECONDS)
            streams = (accept(capacity.name, rate, capacity.size),)
            job = self._job(service, streams, seconds=seconds, drain_seconds=_STEP_DRAIN_SECONDS)
            return self._measure(job, f"{capacity.name} at {rate:.0f}/s", service.pids)

        steps = list(search(attempt))
        return _highest(capacity.name, steps)

    def _job(
        self,
        service: Service,
        streams: tuple[Stream, ...],
        *,
        clients: int | None = None,
        seconds: float | None = None,
        warm_up_seconds: float = WARM_UP_SECONDS,
        drain_seconds: float = _DRAIN_SECONDS,
    ) -> LoadJob:
        return LoadJob(
            port=service.port,
            token=service.token,
            run=secrets.token_hex(4),
            streams=streams,
            clients=clients or self.options.clients,
            warm_up_seconds=warm_up_seconds,
            seconds=seconds or self.options.seconds,
            drain_seconds=drain_seconds,
            request_timeout_seconds=_REQUEST_TIMEOUT_SECONDS,
            seed=self.options.seed,
        )

    def _measure(self, job: LoadJob | FloorJob, title: str, pids: dict[str, int]) -> Measurement:
        with self.display.watching(title, job.seconds) as watch:
            return measure(job, pids={**pids, "postgres": self.postgres_pid}, directory=self.directory, watch=watch)


def _result(name: str, measurement: Measurement, *, notes: list[str] | None = None) -> Result:
    return Result(
        scenario=name,
        outcomes=measurement.finished.outcomes,
        usage=measurement.usage,
        other_cores=measurement.other_cores,
        lag_p99_ms=measurement.finished.lag_p99_ms,
        notes=[*measurement.notes, *(notes or [])],
        failure=f"{measurement.errors} requests failed" if measurement.errors else None,
    )


def _memory(measurement: Measurement) -> list[str]:
    serve = measurement.usage["serve"]
    posts = measurement.finished.outcomes[0].succeeded
    return [f"serve: {serve.rss_mb_at_first:.0f} MB before, {serve.rss_mb:.0f} MB after {posts} posts"]


def _outcomes(steps: list[Step]) -> list[Outcome]:
    return [step.measurement.finished.outcomes[0] for step in steps]


def _highest(name: str, steps: list[Step]) -> Result:
    """Errors beyond the limit are how the limit is found; they are shown with the steps and fail nothing."""
    sustained = [step for step in steps if step.is_sustained]
    if not sustained:
        return Result(scenario=name, steps=_outcomes(steps), failure=f"not even {steps[-1].rate:.0f}/s were sustained")
    best = max(sustained, key=lambda step: step.rate)
    refused = min((step.rate for step in steps if not step.is_sustained), default=None)
    limit = "the search ended there" if refused is None else f"{refused:.0f}/s were not"
    return Result(
        scenario=name,
        outcomes=_outcomes([best]),
        usage=best.measurement.usage,
        other_cores=best.measurement.other_cores,
        lag_p99_ms=best.measurement.finished.lag_p99_ms,
        notes=[f"{best.rate:.0f}/s sustained, {limit}", *best.measurement.notes],
        steps=_outcomes(steps),
    )
