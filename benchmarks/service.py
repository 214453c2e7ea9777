import http.client
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.credentials import bearer_token, new_secret_key
from benchmarks.errors import CannotRun
from benchmarks.processes import LoggedProcess, run_to_end
from entrypoints.bootstrap.shipped import shipped_catalogue
from infrastructure.private_postgres.ports import free_port

_READY_SECONDS = 60.0
_POLL_SECONDS = 0.1
_STOP_SECONDS = 15.0
# Whatever else the caller's environment holds (keys of an LLM, a webhook) has no place in a benchmark.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """``pids`` by name of process."""

    port: int
    token: str
    pids: dict[str, int]


def _environment(*, label: str, database_url: str, rabbitmq_url: str | None, port: int, secret: str) -> dict[str, str]:
    own = {
        "ENVIRONMENT": "development",
        "API_HOST": "127.0.0.1",
        "API_PORT": str(port),
        "DATABASE_URL": database_url,
        "LLM_PROVIDER": "rules",
        "SECRET_KEY": secret,
        "PYTHONUNBUFFERED": "1",
    }
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | own | _queue(label, rabbitmq_url)


def _queue(label: str, rabbitmq_url: str | None) -> dict[str, str]:
    """Names of its own for each scenario, or it would inherit the announcements of the one before."""
    if rabbitmq_url is None:
        return {}
    return {
        "RABBITMQ_URL": rabbitmq_url,
        "RABBITMQ_QUEUE_NAME": f"{label}_processing",
        "RABBITMQ_EXCHANGE_NAME": f"{label}_exchange",
    }


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait_until_ready(port: int, process: LoggedProcess, *, seconds: float = _READY_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not _is_ready(port):
        process.check()
        if time.monotonic() > deadline:
            raise CannotRun(f"{process.name} was not ready within {seconds:.0f} s")
        time.sleep(_POLL_SECONDS)


@contextmanager
def running_service(
    program: tuple[str, ...],
    *,
    label: str,
    database_url: str,
    rabbitmq_url: str | None,
    directory: Path,
    roles: Sequence[str] = ("serve", "consume"),
    settings: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """``roles``: the processes to start, `serve` first; without a broker there is no use for a consumer."""
    port, secret = free_port(), new_secret_key()
    environment = _environment(
        label=label, database_url=database_url, rabbitmq_url=rabbitmq_url, port=port, secret=secret
    )
    environment |= settings or {}
    for command in (("migrate",), ("catalogue", "import", str(shipped_catalogue()))):
        run_to_end(command[0], (*program, *command), environment=environment, directory=directory)
    needed = roles[:1] if rabbitmq_url is None else roles
    with ExitStack() as stack:
        started = [stack.enter_context(_started(role, program, environment, directory)) for role in needed]
        wait_until_ready(port, started[0])
        yield Service(port=port, token=bearer_token(secret), pids={process.name: process.pid for process in started})
        for process in started:
            process.check()


def _started(role: str, program: tuple[str, ...], environment: Mapping[str, str], directory: Path) -> LoggedProcess:
    return LoggedProcess(
        role, (*program, role), environment=environment, directory=directory, stop_seconds=_STOP_SECONDS
    )
