from collections.abc import AsyncIterator

import pytest

from tests.integration.http.running import Service, running_service


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    """Without any content, the catalogue included."""
    async with running_service(database_url) as running:
        yield running
