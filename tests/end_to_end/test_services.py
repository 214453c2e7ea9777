"""`serve`, `consume` and the stand-ins for both services, each a process, on real servers."""

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.children import LINES, PATIENCE_SECONDS, Books, an_ended_conversation, bearer, post_all
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program, Running

HEADERS = bearer(KEY)
ENDED = {
    **an_ended_conversation(0),
    "conversation_logs": [*LINES, {"speaker": "user", "text": "I like dinosaurs."}],
}
PATH = f"/v1/conversations/{ENDED['conversation_id']}"
# Waits are short; nobody gives up, and no breaker keeps a call from being made.
BRISK = {
    "MAX_RETRY_ATTEMPTS": "20",
    "MEMORY_API_BREAKER_FAILURES": "1000",
    "MEMORY_API_TIMEOUT_SECONDS": "1",
    "RELAY_INTERVAL_SECONDS": "0.3",
    "RETRY_BASE_HOURS": "0.001",
    "RETRY_MAX_HOURS": "0.001",
}


@pytest.fixture
def books(database_url: str) -> Books:
    return Books(database_url)


async def test_a_memory_service_that_hangs_is_retried_and_the_model_is_not_asked_again(
    configured: Program, books: Books
) -> None:
    memory, model, using = _stand_ins(configured, "--memory", "fault=hang")
    service = using.serve()
    using.consume()

    await post_all(service, [ENDED], HEADERS)
    failed = _event(service, "FAILED")
    heard = books.heard()[0]
    _heal(memory)
    processed = _event(service, "PROCESSED")

    assert failed["error_code"] == "MEMORY_API_TIMEOUT"
    assert (heard["questions"], heard["emotion"], heard["memories"]) == (1, "interesting", None)
    details = processed["score_calculation_details"]
    assert (details["user_initiated_questions"], details["session_emotion"]) == (1, "interesting")
    assert (details["new_memories_count"], details["degraded"]) == (1, [])
    assert _calls(model) == {"user_initiated_questions": 1, "session_emotion": 1}
    assert _calls(memory) == {"memories": len(processed["attempts"])}
    assert books.entries() == [(0, "scored", processed["friendship_score_change"])]


async def test_what_a_failing_model_degraded_is_healed_and_the_difference_counted(
    configured: Program, books: Books
) -> None:
    memory, model, using = _stand_ins(configured, "--llm", "fault=status", "--llm", "status=500")
    service = using.serve()
    using.consume()

    await post_all(service, [ENDED], HEADERS)
    degraded = _event(service, "PROCESSED")
    _heal(model)
    healing = using.run("scores", "heal")
    healed = _event(service, "PROCESSED")

    assert degraded["score_calculation_details"]["degraded"] == ["emotion", "questions"]
    assert healing.code == 0, healing.err
    details = healed["score_calculation_details"]
    assert (details["user_initiated_questions"], details["session_emotion"]) == (1, "interesting")
    assert (details["new_memories_count"], details["degraded"]) == (1, [])
    before, after = degraded["friendship_score_change"], healed["friendship_score_change"]
    assert books.entries() == [(0, "scored", before), (1, "healed", after - before)]
    assert books.scores() == {ENDED["user_id"]: after}
    assert _calls(memory) == {"memories": 1}
    assert using.run("ledger", "verify").code == 0


def _stand_ins(configured: Program, *behaviour: str) -> tuple[str, str, Program]:
    """The addresses of the memory service and the model, and the program that uses them."""
    ports = [str(free_port()), str(free_port())]
    started = configured.start("fake-services", "--memory-port", ports[0], "--llm-port", ports[1], *behaviour)
    started.wait_for("Stand-ins for both services are up")
    told = dict(re.findall(r"^(\w+)=(.*)$", started.output(), re.MULTILINE))
    memory, model = (f"http://{LOOPBACK}:{port}" for port in ports)
    return memory, model, replace(configured, settings={**configured.settings, **BRISK, **told})


def _heal(stand_in: str) -> None:
    httpx.put(f"{stand_in}/control/behaviour", content=b"{}").raise_for_status()


def _calls(stand_in: str) -> Mapping[str, int]:
    """How often it was asked for what."""
    told: Mapping[str, int] = httpx.get(f"{stand_in}/control/calls").raise_for_status().json()["kinds"]
    return told


def _event(service: Running, status: str) -> dict[str, Any]:
    """The conversation, once it has come so far."""
    shown: dict[str, Any] = {}

    def arrived() -> bool:
        nonlocal shown
        time.sleep(0.05)
        shown = httpx.get(service.url + PATH, headers=HEADERS).raise_for_status().json()["data"]
        return bool(shown["status"] == status)

    assert wait_until(arrived, seconds=PATIENCE_SECONDS), shown
    return shown
