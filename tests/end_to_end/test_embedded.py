"""`dev`: everything in one process, with a database of its own."""

import time
from pathlib import Path
from typing import Any

import httpx

from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.children import PATIENCE_SECONDS, an_ended_conversation
from tests.end_to_end.program import Program, Running


def test_a_conversation_is_scored_and_something_is_suggested(embedded: Program, directory: Path) -> None:
    service = embedded.dev(directory / "data")

    location = _post(service, 1)

    shown = _when_processed(service, location)
    friendship = _data(httpx.get(f"{service.url}/v1/friendship_status/user_00"))
    suggestion = _data(httpx.post(f"{service.url}/v1/activities/suggest", json={"user_id": "user_00"}))
    assert shown["friendship_score_change"] == friendship["friendship_score"] > 0
    assert friendship["topic_metrics"].keys() == {"movie"}  # by the shipped catalogue
    assert suggestion["talk_agents"]
    assert service.stop() == 0


def test_it_says_where_it_is_and_that_it_is_open(embedded: Program, directory: Path) -> None:
    service = embedded.dev(directory / "data")

    service.wait_for("Ctrl-C stops it")

    assert f"{service.url}/docs" in service.output()
    assert "curl" in service.output()
    assert "No SECRET_KEY" in service.output()
    assert _data_of_health(service)["queue"] == "embedded"


def test_what_it_knew_survives_a_restart(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")
    location = _post(first, 1)
    before = _when_processed(first, location)
    assert first.stop() == 0

    second = embedded.dev(directory / "data", port=first.port)

    assert _data(httpx.get(second.url + location)) == before
    assert _data(httpx.get(f"{second.url}/v1/friendship_status/user_00"))["friendship_score"] > 0
    assert second.stop() == 0


def test_a_killed_one_does_not_block_the_next(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")
    processed = _post(first, 1)
    before = _when_processed(first, processed)
    first.kill()

    second = embedded.dev(directory / "data", port=first.port)

    assert _data(httpx.get(second.url + processed)) == before
    _when_processed(second, _post(second, 2))
    assert second.stop() == 0


def test_what_a_killed_one_accepted_is_scored_by_the_next(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")
    locations = [_post(first, number) for number in range(20)]
    first.kill()

    second = embedded.dev(directory / "data")

    # At once, but for what was being worked on: its lease has to run out.
    shown = [_when_processed(second, location) for location in locations]
    friendship = _data(httpx.get(f"{second.url}/v1/friendship_status/user_00"))
    assert friendship["friendship_score"] == sum(event["friendship_score_change"] for event in shown)


def test_a_second_one_on_the_same_data_is_refused(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "data")

    second = embedded.run("dev", "--data", str(directory / "data"))

    assert second.code == 3
    assert f"process with id {first.process.pid}" in second.err
    assert len(second.err.strip().splitlines()) == 1
    assert first.stop() == 0


def test_a_port_in_use_is_told_in_one_sentence(embedded: Program, directory: Path) -> None:
    first = embedded.dev(directory / "one")

    second = embedded.run("dev", "--data", str(directory / "two"), "--port", str(first.port))

    assert second.code == 3
    assert "--port" in second.err
    assert "Traceback" not in second.err


def test_serve_alone_has_an_embedded_database_too(embedded: Program, directory: Path) -> None:
    service = embedded.listening("serve", "--data", str(directory / "data"))

    assert _post(service, 1) == "/v1/conversations/conv_0001"
    assert _data_of_health(service)["database"] == "connected"
    assert service.stop() == 0


def _post(service: Running, number: int) -> str:
    answer = httpx.post(f"{service.url}/v1/conversations/end", json=an_ended_conversation(number))
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return answer.headers["Location"]


def _when_processed(service: Running, location: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}

    def processed() -> bool:
        nonlocal shown
        time.sleep(0.05)
        shown = _data(httpx.get(service.url + location))
        return bool(shown["status"] == "PROCESSED")

    assert wait_until(processed, seconds=PATIENCE_SECONDS), shown
    return shown


def _data(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def _data_of_health(service: Running) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{service.url}/v1/health").json()
    return told
