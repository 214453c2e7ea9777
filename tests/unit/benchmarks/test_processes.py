import os
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.errors import CannotRun
from benchmarks.processes import LoggedProcess, run_to_end
from benchmarks.usage import tree
from infrastructure.private_postgres.processes import wait_until

PARENT_OF_ONE = "import subprocess; subprocess.run(['sleep', '60'])"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"


def started(code: str, directory: Path) -> LoggedProcess:
    return LoggedProcess(
        "program", [sys.executable, "-c", code], environment=os.environ, directory=directory, stop_seconds=0.2
    )


def wait_for_children(pid: int) -> list[psutil.Process]:
    assert wait_until(lambda: len(tree(pid)) == 2, seconds=10)
    return tree(pid)


def test_leaving_stops_the_process_and_its_children(tmp_path: Path) -> None:
    with started(PARENT_OF_ONE, tmp_path) as process:
        members = wait_for_children(process.pid)

    _, alive = psutil.wait_procs(members, timeout=5)
    assert not alive


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    with started(DEAF, tmp_path) as process:
        assert wait_until(lambda: bool((tmp_path / "program.log").read_text()), seconds=10)

    assert not tree(process.pid)


def test_one_that_ended_is_told_with_its_last_words(tmp_path: Path) -> None:
    with started("raise SystemExit('no database')", tmp_path) as process:
        psutil.Process(process.pid).wait(5)
        with pytest.raises(CannotRun, match="no database"):
            process.check()


@pytest.mark.parametrize("command", [["false"], ["no-such-program"]])
def test_a_command_that_fails_cannot_run(command: list[str], tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="migrate"):
        run_to_end("migrate", command, environment=os.environ, directory=tmp_path)
