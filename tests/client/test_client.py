"""The client and the real service understand one another, call by call."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from context_handling_client import AsyncClient, Client, Refused, calls
from context_handling_client.answers import Accepted
from tests.client.running import url_of
from tests.integration.http.failing import fail
from tests.integration.http.running import Service

USER = "user_42"
ENDED: Mapping[str, Any] = {
    "user_id": USER,
    "bot_type": "TALK",
    "bot_id": "bot_17",
    "bot_name": "Movie chat",
    "agent_tag": "agent_movie",
    "start_time": "2025-11-26T10:00:00Z",
    "end_time": "2025-11-26T10:20:00Z",
    "log": [{"speaker": "pika", "text": "Seen any films?"}, {"speaker": "user", "text": "Yes! Do you like films?"}],
}


@pytest.fixture
async def client(service: Service, token: str) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(url_of(service), token=token) as opened:
        yield opened


async def _ended(client: AsyncClient, conversation_id: str = "conv_0001") -> Accepted:
    return await client.send(calls.end_conversation(conversation_id=conversation_id, **ENDED))


async def test_an_ended_conversation_becomes_a_friendship_and_a_suggestion(
    service: Service, client: AsyncClient
) -> None:
    accepted = await _ended(client)
    await service.score(accepted["event_id"])

    shown = await client.send(calls.conversation("conv_0001", with_log=True))
    friendship = await client.send(calls.friendship(USER))
    ledger = await client.send(calls.ledger(USER))
    suggestion = await client.send(calls.suggest(USER, seed=7))

    assert (shown["status"], shown["friendship_score_change"]) == ("PROCESSED", friendship["friendship_score"])
    assert [line["speaker"] for line in shown["conversation_log"] or []] == ["pika", "user"]
    assert [entry["change"] for entry in ledger["items"]] == [friendship["friendship_score"]]
    assert suggestion["seed"] == 7
    assert suggestion["greeting_agent"]["agent_id"]


async def test_sending_the_same_again_is_the_same_event(client: AsyncClient) -> None:
    first, second = await _ended(client), await _ended(client)

    assert (first["event_id"], first["duplicate"]) == (second["event_id"], False)
    assert second["duplicate"]


async def test_conversations_come_in_pages(client: AsyncClient) -> None:
    for number in range(3):
        await _ended(client, f"conv_{number:04}")

    page = await client.send(calls.conversations(user_id=USER, status="PENDING", page=2, page_size=2))

    assert (page["total"], page["total_pages"], len(page["items"])) == (3, 2, 1)


async def test_operators_retry_and_skip(service: Service, client: AsyncClient) -> None:
    await _ended(client, "conv_0001")
    await _ended(client, "conv_0002")
    fail(service, "conv_0001")

    assert (await client.send(calls.retry_conversation("conv_0001")))["status"] == "PENDING"
    assert (await client.send(calls.skip_conversation("conv_0002")))["status"] == "SKIPPED"


async def test_a_score_is_previewed_and_applied(client: AsyncClient) -> None:
    await _ended(client)

    await client.send(calls.preview_score("conv_0001"))
    assert (await client.send(calls.conversation("conv_0001")))["status"] == "PENDING"

    await client.send(calls.apply_score(user_id=USER, conversation_id="conv_0001"))
    assert (await client.send(calls.conversation("conv_0001")))["status"] == "PROCESSED"


async def test_a_profile_is_kept_and_cleared_and_a_child_is_erased(client: AsyncClient) -> None:
    await client.send(calls.update_profile(USER, birthday="2018-02-28", last_followup_topic="pets"))
    cleared = await client.send(calls.update_profile(USER, last_followup_topic=None))
    assert (cleared["birthday"], cleared["last_followup_topic"]) == ("2018-02-28", None)

    receipt = await client.send(calls.erase_user(USER))

    assert receipt["counts"]["friendship"] == 1
    with pytest.raises(Refused) as refused:
        await client.send(calls.friendship(USER))
    assert refused.value.code == "USER_NOT_FOUND"


async def test_faults_are_told_with_their_paths(client: AsyncClient) -> None:
    with pytest.raises(Refused) as refused:
        await client.send(calls.suggest("u"))

    assert (refused.value.status, refused.value.code) == (422, "VALIDATION_ERROR")
    assert refused.value.details["errors"]


async def test_a_name_cannot_leave_its_place_in_the_path(client: AsyncClient) -> None:
    with pytest.raises(Refused) as refused:
        await client.send(calls.friendship("../conversations/conv_0001"))

    assert refused.value.status == 404


async def test_without_a_token_nothing_is_told(service: Service) -> None:
    async with AsyncClient(url_of(service)) as stranger:
        with pytest.raises(Refused) as refused:
            await stranger.send(calls.friendship(USER))

    assert refused.value.code == "UNAUTHORIZED"


async def test_the_sync_client_speaks_the_same(service: Service, token: str) -> None:
    def ask() -> Iterator[str]:
        with Client(url_of(service), token=token) as client:
            yield client.send(calls.end_conversation(conversation_id="conv_0001", **ENDED))["status"]
            yield client.send(calls.conversation("conv_0001"))["conversation_id"]

    assert await asyncio.to_thread(lambda: list(ask())) == ["PENDING", "conv_0001"]
