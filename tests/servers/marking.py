"""Whatever asks for a server carries the mark `servers`, so `-m "not servers"` runs what needs nothing running."""

import pytest

_SERVER_FIXTURES = {
    "object_store",
    "postgres_server_url",
    "private_object_store",
    "private_postgres",
    "private_rabbitmq",
    "rabbitmq_endpoint",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers: starts real servers; set by the fixtures a test asks for")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _SERVER_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.servers)
