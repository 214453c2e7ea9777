import json
from typing import Any

import pytest

from benchmarks.conversation import BOT, USER, conversation_log
from benchmarks.messages import Stream
from benchmarks.payload import USERS, accept_requests, suggest_requests


def body_of(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    decoded: dict[str, Any] = json.loads(body)
    return decoded


def stream(size: int = 45_000) -> Stream:
    return Stream(name="accept", kind="accept", rate=1, size=size)


@pytest.mark.parametrize("size", [3_000, 45_000, 500_000])
def test_a_log_is_valid_json_of_the_wanted_size(size: int) -> None:
    log = conversation_log(size, seed=1)

    assert len(log) == pytest.approx(size, rel=0.02)
    assert {utterance["character"] for utterance in json.loads(log)} == {BOT, USER}


def test_a_typical_log_has_about_sixty_utterances_and_empty_ones_of_the_bot() -> None:
    utterances = json.loads(conversation_log(45_000, seed=1))

    assert 50 <= len(utterances) <= 70
    assert {utterance["character"] for utterance in utterances if not utterance["content"]} == {BOT}


def test_a_log_is_the_same_every_time() -> None:
    assert conversation_log(10_000, seed=5) == conversation_log(10_000, seed=5) != conversation_log(10_000, seed=6)


def test_a_request_is_within_two_percent_of_its_size() -> None:
    request = accept_requests(stream(), run="run", token="token")(0)

    assert len(request.partition(b"\r\n\r\n")[2]) == pytest.approx(45_000, rel=0.02)


def test_every_request_has_a_conversation_of_its_own_and_users_come_round() -> None:
    request = accept_requests(stream(3_000), run="run", token="token")

    bodies = [body_of(request(number)) for number in range(2 * USERS)]

    assert len({body["conversation_id"] for body in bodies}) == 2 * USERS
    assert len({body["user_id"] for body in bodies}) == USERS


def test_a_request_carries_the_token() -> None:
    assert b"\r\nAuthorization: Bearer secret\r\n" in accept_requests(stream(), run="run", token="secret")(0)


def test_a_suggestion_asks_for_a_user_that_has_conversations() -> None:
    accepted = body_of(accept_requests(stream(), run="run", token="token")(123))

    assert body_of(suggest_requests(token="token")(123)) == {"user_id": accepted["user_id"]}
