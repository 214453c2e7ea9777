"""Every operation of the OpenAPI document, called in ways nobody thought of; `make schemathesis` goes on for longer."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock
from tests.integration.http.running import running_service, with_catalogue

KEY = "9b1c7e5f3a8d4c60b2e19f7a6d5c4b3a"
SECONDS = os.environ.get("SCHEMATHESIS_SECONDS", "40")
EXECUTABLE = Path(sys.executable).with_name("schemathesis")
RESOURCES = ("conversations", "friendships", "suggestions", "catalogue")
SCOPES = frozenset({"operations", *(f"{name}:{may}" for name in RESOURCES for may in ("read", "write"))})
# What the document cannot say in full (an end after its start, items of either form) is tested by hand.
NOT_SAID = "negative_data_rejection,positive_data_acceptance,missing_required_header,object_level_authorization"


async def test_whatever_is_sent_the_answer_is_one_of_the_document(database_url: str, tmp_path: Path) -> None:
    token = AccessTokens(keys=(KEY,), clock=SystemClock()).issue("tester", SCOPES, valid_for=timedelta(hours=12))
    async with running_service(database_url, {"SECRET_KEY": KEY}) as service:
        await with_catalogue(service)
        process = await asyncio.create_subprocess_exec(
            *(EXECUTABLE, "run", f"http://127.0.0.1:{service.port}/openapi.json"),
            *("--header", f"Authorization: Bearer {token}", "--max-time", SECONDS, "--continue-on-failure"),
            *("--exclude-checks", NOT_SAID, "--no-color"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await process.communicate()

    print(told.decode())  # noqa: T201 - its numbers, and how to repeat a failure
    assert process.returncode == 0
