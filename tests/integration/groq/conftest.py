from collections.abc import AsyncIterator

import pytest

from entrypoints.fake_services.llm_role import LlmRole
from tests.stand_ins import Listening, standing_in


@pytest.fixture
async def service() -> AsyncIterator[Listening]:
    async with standing_in(role=LlmRole()) as listening:
        yield listening
