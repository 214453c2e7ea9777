"""HTTP in production: a server written in Rust, with one worker process that it watches over."""

import os

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.server import Server
from litestar.types import ASGIApp

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.http.app import create_app

# Longer than any request may take to finish while we stop, shorter than the thirty seconds that a stop may take.
KILL_TIMEOUT_SECONDS = 25
HEADER_TIMEOUT_MS = 10_000
DATABASE_URL = "DATABASE_URL"


def serve_http(*, host: str, port: int, database_url: str) -> None:
    """Blocks until SIGINT or SIGTERM."""
    # The worker is a new process that reads its own settings; an embedded database is known to us alone.
    os.environ[DATABASE_URL] = database_url
    Server(
        "entrypoints.http.granian_server:worker_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
        websockets=False,
        workers_kill_timeout=KILL_TIMEOUT_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_enabled=False,
    ).serve()


def worker_app() -> ASGIApp:
    """Called by granian in its worker."""
    settings = read_settings(os.environ)
    configure_logging(settings.service.log_level)
    return create_app(Container(settings=settings, database_url=os.environ[DATABASE_URL]), opened)
