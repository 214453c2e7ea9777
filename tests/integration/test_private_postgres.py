import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from infrastructure.private_postgres.errors import AddressTakenError, DirectoryInUseError, ServerFailedError
from infrastructure.private_postgres.node import PrivatePostgres
from infrastructure.private_postgres.processes import wait_until
from tests.servers.directories import fast_parent, open_directory
from tests.servers.fixtures import PrivatePostgresFactory

# A service that starts its server, says where it is, and then only waits: for its own death.
_SERVICE = """
import sys, time
from pathlib import Path
from infrastructure.private_postgres.node import PrivatePostgres
node = PrivatePostgres(Path(sys.argv[1]), durable=True)
node.start()
print(node.url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory(fast_parent()) as reachable:
        yield reachable


def test_what_was_committed_is_there_after_a_restart(directory: Path) -> None:
    with PrivatePostgres(directory / "data", durable=True) as first:
        _remember(first.url, "hello")

    with PrivatePostgres(directory / "data", durable=True) as second:
        assert _remembered(second.url) == ["hello"]


def test_what_was_committed_survives_a_kill(private_postgres: PrivatePostgresFactory) -> None:
    node = private_postgres()
    address = node.url
    _remember(address, "hello")

    node.kill()
    node.start()

    assert node.url == address
    assert _remembered(address) == ["hello"]


def test_a_paused_server_does_not_answer_until_it_is_resumed(private_postgres: PrivatePostgresFactory) -> None:
    node = private_postgres(durable=False)

    node.pause()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(node.url, connect_timeout=2)
    node.resume()

    _remember(node.url, "hello")


def test_a_paused_server_can_be_stopped(private_postgres: PrivatePostgresFactory) -> None:
    node = private_postgres(durable=False)

    node.pause()
    node.stop()

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(node.url, connect_timeout=2)


def test_a_killed_service_does_not_block_the_next_start(directory: Path) -> None:
    with _service(directory / "data") as service:
        _remember(_said(service), "hello")
        service.kill()

    with PrivatePostgres(directory / "data", durable=True) as node:
        assert _remembered(node.url) == ["hello"]


def test_a_killed_service_takes_its_server_along(directory: Path) -> None:
    with _service(directory / "data") as service:
        url = _said(service)
        service.kill()

    assert wait_until(lambda: not _answers(url), seconds=10)


def test_a_server_that_outlived_its_service_is_replaced(directory: Path) -> None:
    with _service(directory / "data") as service:
        _said(service)
        server = _recorded_server(directory / "data")
        os.kill(server, signal.SIGSTOP)  # so it cannot follow the farewell signal
        service.kill()

    with PrivatePostgres(directory / "data", durable=True) as node:
        assert _recorded_server(directory / "data") != server
        assert _answers(node.url)


def test_a_second_service_is_refused_and_told_who_is_there(directory: Path) -> None:
    with _service(directory / "data") as service:
        _said(service)

        with pytest.raises(DirectoryInUseError, match=rf"process with id {service.pid}\b"):
            PrivatePostgres(directory / "data", durable=True).start()


def test_a_stale_pid_file_naming_a_living_stranger_is_no_obstacle(directory: Path) -> None:
    with PrivatePostgres(directory / "data", durable=True):
        record = _record(directory / "data").read_text()
    stranger = subprocess.Popen(["sleep", "600"])
    _record(directory / "data").write_text("\n".join([str(stranger.pid), *record.splitlines()[1:]]))

    with PrivatePostgres(directory / "data", durable=True) as node:
        assert _answers(node.url)

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait(10)


def test_a_fixed_port_that_is_taken_is_an_error_with_the_log(directory: Path) -> None:
    with PrivatePostgres(directory / "one", durable=False) as first:
        port = int(first.url.rpartition(":")[2].split("/")[0])

        with pytest.raises(AddressTakenError, match="could not create any TCP/IP sockets"):
            PrivatePostgres(directory / "two", durable=False, port=port).start()


def test_a_setting_nobody_knows_is_an_error_with_the_log(directory: Path) -> None:
    with pytest.raises(ServerFailedError, match="unrecognized configuration parameter"):
        PrivatePostgres(directory / "data", durable=False, settings={"nonsense": "1"}).start()


def test_a_failed_start_lets_go_of_the_directory(directory: Path) -> None:
    with pytest.raises(ServerFailedError, match="nonsense"):
        PrivatePostgres(directory / "data", durable=False, settings={"nonsense": "1"}).start()

    with PrivatePostgres(directory / "data", durable=False) as node:
        assert _answers(node.url)


@contextmanager
def _service(directory: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _SERVICE, str(directory)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as service:
        try:
            yield service
        finally:
            service.kill()


def _said(service: subprocess.Popen[str]) -> str:
    assert service.stdout is not None
    return service.stdout.readline().strip()


def _record(directory: Path) -> Path:
    return directory / "cluster" / "postmaster.pid"


def _recorded_server(directory: Path) -> int:
    return int(_record(directory).read_text().split("\n", 1)[0])


def _remember(url: str, word: str) -> None:
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute("CREATE TABLE words (word text)")
        connection.execute("INSERT INTO words VALUES (%s)", [word])


def _remembered(url: str) -> list[str]:
    with psycopg.connect(url, connect_timeout=10) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM words")]


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True
