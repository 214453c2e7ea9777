"""The whole way: something goes wrong in a running service, and a card is at the webhook. No canary is on it."""

import asyncio
from typing import Any

import msgspec

from tests.integration.google_chat.webhook import HANG, KEY, Webhook, listening
from tests.integration.http.running import a_container, running_service

CANARY = "canary-of-a-child"


class _Bug:
    def __call__(self, *_: object) -> "_Bug":
        return self

    def __await__(self) -> Any:  # noqa: ANN401 - never comes to it
        raise ValueError(CANARY)


async def test_a_bug_is_told_when_the_service_stops_at_the_latest_and_without_what_was_said(database_url: str) -> None:
    async with listening(Webhook()) as webhook:
        container = a_container(database_url, {"GOOGLE_CHAT_WEBHOOK_URL": webhook.url})
        broken: Any = container.show_friendship
        with broken.override(_Bug()):
            async with running_service(database_url, container=container) as service:
                for _ in range(3):
                    answer = await service.http.get(
                        f"/v1/friendship_status/{CANARY}?q={CANARY}", headers={"X-Request-ID": CANARY}
                    )
                    assert answer.status_code == 500

    assert webhook.titles == ["CRITICAL: SYSTEM_ERROR (3 times)"]
    told = msgspec.json.encode(webhook.bodies)
    assert b"GET /v1/friendship_status/{user_id}" in told
    assert CANARY.encode() not in told
    assert KEY.encode() not in told


async def test_a_webhook_that_hangs_holds_up_neither_requests_nor_the_stop(database_url: str) -> None:
    async with asyncio.timeout(60), listening(Webhook(behaviours=(HANG,))) as webhook:
        container = a_container(database_url, {"GOOGLE_CHAT_WEBHOOK_URL": webhook.url})
        broken: Any = container.show_friendship
        with broken.override(_Bug()):
            async with running_service(database_url, container=container) as service:
                for number in range(3):
                    answer = await service.http.get(f"/v1/friendship_status/user_{number}")
                    assert answer.status_code == 500
                assert (await service.http.get("/livez")).status_code == 200
                waiting = len(container.alerts().pile)

    assert waiting <= 1
