"""What commands that run the service have in common."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import uvloop

from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.settings import Settings


def started_with(**overrides: str | None) -> Settings:
    """Settings from the environment, ``.env`` and the command line, which wins; and logging to go with them."""
    given = {name: value for name, value in overrides.items() if value is not None}
    settings = read_settings({**os.environ, **given}, Path(".env"))
    configure_logging(settings.service.log_level)
    return settings


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def told_to_stop() -> asyncio.Event:
    """Set on the first SIGINT or SIGTERM. To be called before anything is opened, so that it is closed again."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    return told
