"""The service's two processes as a program of the tests: the real thing, but for the doom that hangs over it.

Forked from a process that has imported everything, each is there within a fraction of a second.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Mapping

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.bootstrap.settings import Settings
from entrypoints.cli.startup import run, told_to_stop
from entrypoints.consumer.consuming import consuming
from entrypoints.http.app import create_app
from entrypoints.http.uvicorn_server import serving_http
from tests.faults.doom import Doom

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def play(role: str, environment: Mapping[str, str], log: str, doom: Doom) -> None:
    """What a forked process does until it is told to stop, or meets its doom."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _write_to(log)
    os.environ.clear()
    os.environ.update(environment)
    settings = read_settings(os.environ)
    configure_logging(settings.service.log_level)
    container = Container(settings=settings, database_url=database_url(settings.database))
    doom.hangs_over(container)
    run({"serve": _serve, "consume": _consume}[role](container, settings))


async def _serve(container: Container, settings: Settings) -> None:
    told, service = told_to_stop(), settings.service
    app = create_app(container, opened)
    async with serving_http(app, host=service.api_host, port=service.api_port):
        await told.wait()


async def _consume(container: Container, _: Settings) -> None:
    told = told_to_stop()
    async with opened(container), consuming(container):
        await told.wait()


def _write_to(log: str) -> None:
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
