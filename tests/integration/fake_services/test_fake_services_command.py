"""`fake-services`, as its users start it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.program import Program, Running, program


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Program]:
    with program(tmp_path) as one:
        yield one


def _told(running: Running) -> dict[str, str]:
    running.wait_for("Ctrl-C stops them")
    return dict(line.split("=", 1) for line in running.output().splitlines() if "=" in line)


def test_it_tells_the_settings_that_lead_to_it(started: Program) -> None:
    running = started.start("fake-services", "--memory-port", "0", "--llm-port", "0")

    told = _told(running)

    assert told.keys() >= {"MEMORY_API_URL", "GROQ_BASE_URL", "GROQ_API_KEY"}
    for address in (told["MEMORY_API_URL"], told["GROQ_BASE_URL"]):
        assert httpx.get(f"{address}/control/calls").json()["paths"] == {}


def test_it_listens_where_it_is_told_to(started: Program) -> None:
    """In a container, callers are not on the same machine."""
    running = started.start("fake-services", "--host", "127.0.0.2", "--memory-port", "0", "--llm-port", "0")

    address = _told(running)["MEMORY_API_URL"]

    assert address.startswith("http://127.0.0.2:")
    assert httpx.get(f"{address}/control/calls").json()["paths"] == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_although_somebody_hangs(started: Program, number: signal.Signals) -> None:
    running = started.start("fake-services", "--memory-port", "0", "--llm-port", "0", "--memory", "fault=hang")
    url = _told(running)["MEMORY_API_URL"]
    with httpx.Client(timeout=httpx.Timeout(5, read=0.2)) as caller:
        with pytest.raises(httpx.ReadTimeout):
            caller.post(f"{url}/extract_facts", json={}, headers={"Idempotency-Key": "conv_0001"})
        assert httpx.get(f"{url}/control/behaviour").json()["fault"] == "hang"

        running.process.send_signal(number)

        assert running.process.wait(10) == 0


def test_a_connection_is_reset(started: Program) -> None:
    """Also under the event loop of a real process."""
    running = started.start("fake-services", "--memory-port", "0", "--llm-port", "0", "--memory", "fault=reset")
    url = _told(running)["MEMORY_API_URL"]

    with pytest.raises(httpx.ReadError):
        httpx.post(f"{url}/extract_facts", json={}, headers={"Idempotency-Key": "conv_0001"})


def test_a_trait_that_does_not_exist_is_told_in_a_sentence(started: Program) -> None:
    finished = started.run("fake-services", "--llm", "fault=tantrum")

    assert finished.code == 2
    assert "malformed" in finished.err
    assert "Traceback" not in finished.err


def test_a_port_in_use_is_told_in_a_sentence(started: Program) -> None:
    first = started.start("fake-services", "--memory-port", "0", "--llm-port", "0")
    port = httpx.URL(_told(first)["MEMORY_API_URL"]).port

    second = started.run("fake-services", "--memory-port", str(port), "--llm-port", "0")

    assert second.code == 3
    assert "--memory-port" in second.err
