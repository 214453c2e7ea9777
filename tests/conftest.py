from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.fixtures", "tests.servers.marking"]

# How fast an example is found or tried is the machine's business, which may have others at the same time.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Commands set up the logging of their whole process, which here is that of all tests."""
    yield
    if structlog.is_configured():
        structlog.reset_defaults()
