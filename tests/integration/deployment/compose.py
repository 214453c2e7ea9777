"""compose.yaml, as Docker Compose itself reads it; no engine is needed for that."""

import json
from functools import cache
from typing import Any

from tests.integration.deployment.tools import Said, call

Service = dict[str, Any]
KEY = "0123456789abcdef0123456789abcdef"


def read(**environment: str) -> Said:
    return call("docker-compose", "config", "--format", "json", environment=environment)


@cache
def services() -> dict[str, Service]:
    said = read(SECRET_KEY=KEY)
    assert said.code == 0, said.err
    found: dict[str, Service] = json.loads(said.out)["services"]
    return found
