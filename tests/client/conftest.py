from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.client.running import KEY, SCOPES
from tests.integration.http.running import Service, running_service, with_catalogue


@pytest.fixture
async def service(database_url: str) -> AsyncIterator[Service]:
    async with running_service(database_url, {"SECRET_KEY": KEY}) as running:
        yield await with_catalogue(running)


@pytest.fixture
def token() -> str:
    return AccessTokens(keys=(KEY,), clock=SystemClock()).issue("robot", SCOPES, valid_for=timedelta(hours=1))
