"""Whatever asks for a server carries the mark `servers`, so `-m "not servers"` runs what needs nothing running.

What needs nothing running and takes seconds in all is `quick`: `make check` runs it, and `make test` the rest too.
"""

from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[1]
_QUICK = ("architecture", "contracts", "unit")

_SERVER_FIXTURES = {
    "object_store",
    "postgres_server_url",
    "private_object_store",
    "private_postgres",
    "private_rabbitmq",
    "private_redis",
    "rabbitmq_endpoint",
    "redis_server_url",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers: starts real servers; set by the fixtures a test asks for")
    config.addinivalue_line("markers", "quick: a unit, contract or architecture test that starts nothing")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)
        elif item.path.relative_to(_TESTS).parts[0] in _QUICK and not item.get_closest_marker("servers"):
            item.add_marker(pytest.mark.quick)
