import importlib
import os
from functools import cache
from pathlib import Path
from types import ModuleType

_SOCKET = Path("/var/run/docker.sock")


@cache
def docker_engine() -> ModuleType | None:
    """`tests.servers.containers` when a Docker engine answers; without a sign of one, nothing costly is imported."""
    if not (os.environ.get("DOCKER_HOST") or _SOCKET.exists()):
        return None
    containers = importlib.import_module("tests.servers.containers")
    return containers if containers.engine_answers() else None
