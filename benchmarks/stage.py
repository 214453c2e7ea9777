from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.errors import CannotRun
from benchmarks.options import Options
from benchmarks.progress import ProgressDisplay
from benchmarks.scenarios import Floor, Scenario
from infrastructure.private_postgres.errors import PrivatePostgresError
from infrastructure.private_postgres.node import PrivatePostgres
from tests.servers.directories import open_directory
from tests.servers.errors import ServerUnavailableError
from tests.servers.sources import rabbitmq_server

# What any server that is meant to take load is given; durability stays as PostgreSQL ships it.
POSTGRES_SETTINGS = {"max_connections": "400", "shared_buffers": "512MB", "max_wal_size": "4GB"}


def _postmaster(directory: Path) -> int:
    return int((directory / "cluster" / "postmaster.pid").read_text().splitlines()[0])


def _rabbitmq(options: Options, scenarios: list[Scenario]) -> AbstractContextManager[str | None]:
    needed = any(not isinstance(scenario, Floor) for scenario in scenarios)
    return rabbitmq_server() if needed and options.with_rabbitmq else nullcontext()


@contextmanager
def stage(options: Options, scenarios: list[Scenario], display: ProgressDisplay) -> Iterator[Bench]:
    """Starts the servers, and stops them whatever happens."""
    try:
        with _servers(options, scenarios, display) as bench:
            yield bench
    except (PrivatePostgresError, ServerUnavailableError) as error:
        raise CannotRun(str(error)) from error


@contextmanager
def _servers(options: Options, scenarios: list[Scenario], display: ProgressDisplay) -> Iterator[Bench]:
    display.say("starting PostgreSQL and RabbitMQ ...")
    with (
        open_directory() as directory,
        PrivatePostgres(directory / "postgres", durable=True, settings=POSTGRES_SETTINGS) as postgres,
        _rabbitmq(options, scenarios) as rabbitmq_url,
    ):
        yield Bench(
            options=options,
            postgres_url=postgres.url,
            postgres_pid=_postmaster(directory / "postgres"),
            rabbitmq_url=rabbitmq_url,
            directory=directory,
            display=display,
        )
