"""Faults of processes: stopped, killed, held up, of another version, or of another database."""

import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

import psutil

from infrastructure.postgres.migrations import migrate
from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.runbooks.situation import Followed, Situation, prometheus_alert, says, says_nothing_of
from tests.end_to_end.runbooks.stack import FaultedStack
from tests.servers.databases import create_database, for_libpq, for_sqlalchemy

_STARTS = 'changes(process_start_time_seconds{process="consume"}[1h])'


@contextmanager
def there_is_no_catalogue(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """As in every new database: this one comes first of all."""
    yield {}
    stack.import_catalogue()


@contextmanager
def service_uses_another_database(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """Than the command and the consumer."""
    stack.import_catalogue()
    url = create_database(for_sqlalchemy(stack.postgres.url))
    migrate(url)
    with stack.service_with(DATABASE_URL=for_libpq(url)):
        yield {}


@contextmanager
def service_is_stopped(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    assert stack.service.stop() == 0
    yield {}
    stack.start_service()


@contextmanager
def consumer_is_killed_again_and_again(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """And started anew each time."""
    for number in range(3):
        stack.wait_until_scraped(f"{_STARTS} >= {number}")
        stack.consumer.kill()
        stack.start_consumer()
    yield {}


@contextmanager
def service_gets_no_processor(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """As under a limit that throttles it: a moment of work, then none for long. Raising it is a restart."""
    stack.restart_service()
    worker, over = _worker(stack), Event()

    def throttle() -> None:
        while not over.wait(0.06):
            worker.suspend()
            time.sleep(0.4)
            worker.resume()

    throttling = Thread(target=throttle, daemon=True)
    throttling.start()
    try:
        yield {}
    finally:
        over.set()
        throttling.join()
    stack.restart_service()


@contextmanager
def files_run_short(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """The limit is barely above what the consumer has open."""
    consumer = psutil.Process(stack.consumer.process.pid)
    limits = consumer.rlimit(resource.RLIMIT_NOFILE)
    consumer.rlimit(resource.RLIMIT_NOFILE, (consumer.num_fds() + 2, limits[1]))
    try:
        yield {}
    finally:
        consumer.rlimit(resource.RLIMIT_NOFILE, limits)


@contextmanager
def service_is_of_another_release(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    distribution = stack.program.directory / "older" / "context_handling-0.0.1.dist-info"
    distribution.mkdir(parents=True)
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: context-handling\nVersion: 0.0.1\n")
    with stack.service_with(PYTHONPATH=str(distribution.parent)):
        yield {}


def _worker(stack: FaultedStack) -> psutil.Process:
    """The process that serves; the one that was started watches over it."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        found[:] = psutil.Process(stack.service.process.pid).children()
        time.sleep(0.05)
        return bool(found)

    assert wait_until(is_there, seconds=20)
    return found[-1]


SITUATIONS = (
    Situation(
        broken=there_is_no_catalogue,
        pages=(
            Followed(
                name="CATALOGUE_UNEVEN",
                told=prometheus_alert("CatalogueMissing"),
                seen=(says(""), says(r'(?s)(?=.*process="consume"} => 0)(?=.*process="serve"} => 0)')),
                gone=(says("1"), says(r'(?s)(?=.*process="consume"} => 1)(?=.*process="serve"} => 1)')),
            ),
        ),
    ),
    Situation(
        broken=service_uses_another_database,
        pages=(
            Followed(
                name="CATALOGUE_UNEVEN",
                told=prometheus_alert("CatalogueVersionsDiffer"),
                seen=(says("1"), says(r'(?s)(?=.*process="consume"} => [1-9])(?=.*process="serve"} => 0)')),
                gone=(says("1"), says(r'(?s)(?=.*process="consume"} => [1-9])(?=.*process="serve"} => [1-9])')),
            ),
        ),
    ),
    Situation(
        broken=service_is_stopped,
        pages=(
            Followed(
                name="PROCESS_DOWN",
                told=prometheus_alert("ServeDown"),
                seen=(says("000", code=7),),
                gone=(says("200"),),
            ),
        ),
    ),
    Situation(
        broken=consumer_is_killed_again_and_again,
        pages=(
            Followed(
                name="PROCESS_RESTARTS",
                told=prometheus_alert("InstanceRestarts"),
                # Nobody was killed for memory, as far as the kernel of this machine may be asked.
                seen=(says('process="consume"} => [3-9]'), says("", code=None)),
            ),
        ),
    ),
    Situation(
        broken=service_gets_no_processor,
        pages=(
            Followed(
                name="EVENT_LOOP_BLOCKED",
                told=prometheus_alert("EventLoopBlocked"),
                seen=(
                    says("load average"),
                    says("PID"),
                    says('process="serve"} => 0.[2-9]'),
                    says('process="serve"} => 0'),
                ),
                gone=(
                    says("load average"),
                    says("PID"),
                    says('process="serve"} => 0(.[01][0-9]*)? @'),
                    says('process="serve"} => 0'),
                ),
            ),
        ),
    ),
    Situation(
        broken=files_run_short,
        pages=(
            Followed(
                name="PROCESS_RESOURCES",
                told=prometheus_alert("FileDescriptorsShort"),
                seen=(says("=> [1-9]"), says('process="consume"} => (0.[89]|1)'), says("=> 0")),
                gone=(says("=> [1-9]"), says('process="consume"} => 0.[0-7]'), says("=> 0")),
            ),
        ),
    ),
    Situation(
        broken=service_is_of_another_release,
        pages=(
            Followed(
                name="VERSIONS_MIXED",
                told=prometheus_alert("VersionsMixed"),
                seen=(says(r'process="serve", version="0\.0\.1"'),),
                gone=(says_nothing_of(r'"0\.0\.1"'),),
            ),
        ),
    ),
)
