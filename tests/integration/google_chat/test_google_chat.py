import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

import pytest

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertChannel, AlertGroup, AlertNotice
from domain.alert import AlertLevel
from infrastructure.alerting.desk import AlertDesk
from infrastructure.alerting.suppression import ProcessSuppression
from infrastructure.google_chat.channel import GoogleChatAlerts
from infrastructure.resilience.persistent_alerts import PersistentAlerts
from tests.integration.google_chat.webhook import HANG, KEY, OK, RESET, TRICKLE, Webhook, listening
from tests.unit.alerting.alerts import an_alert
from tests.unit.application.patience import until

NOTICE = AlertNotice(groups=(AlertGroup(alert=an_alert()),))
GUARD_SECONDS = 30
PATIENT = timedelta(seconds=10)
IMPATIENT = timedelta(seconds=1)


@asynccontextmanager
async def _channel(url: str, limit: timedelta = PATIENT) -> AsyncIterator[AlertChannel]:
    chat = GoogleChatAlerts(webhook_url=url, origin="test", limit=limit)
    async with asyncio.timeout(GUARD_SECONDS):
        yield PersistentAlerts(channel=chat, first_wait_seconds=0.01)
    await chat.close()


def _limit(trouble: int | str) -> timedelta:
    """Short only where it is waited for."""
    return IMPATIENT if trouble in (HANG, TRICKLE) else PATIENT


async def test_a_notice_arrives_as_a_card() -> None:
    async with listening(Webhook()) as webhook, _channel(webhook.url) as channel:
        await channel.send(NOTICE)

    assert webhook.titles == ["HIGH: LLM_TIMEOUT"]


@pytest.mark.parametrize("trouble", [HANG, RESET, TRICKLE, 429, 500, 503])
async def test_what_may_pass_is_tried_again(trouble: int | str) -> None:
    limit = _limit(trouble)
    async with (
        listening(Webhook(behaviours=(trouble, trouble, OK))) as webhook,
        _channel(webhook.url, limit) as channel,
    ):
        await channel.send(NOTICE)

    assert len(webhook.bodies) == 3


@pytest.mark.parametrize("trouble", [HANG, RESET, TRICKLE, 429, 500, 503])
async def test_after_three_tries_it_is_not_delivered(trouble: int | str) -> None:
    limit = _limit(trouble)
    async with listening(Webhook(behaviours=(trouble,))) as webhook, _channel(webhook.url, limit) as channel:
        with pytest.raises(AlertNotDelivered):
            await channel.send(NOTICE)

    assert len(webhook.bodies) == 3


@pytest.mark.parametrize("refusal", [301, 400, 401, 403, 404])
async def test_what_will_not_pass_is_tried_once(refusal: int) -> None:
    async with listening(Webhook(behaviours=(refusal,))) as webhook, _channel(webhook.url) as channel:
        with pytest.raises(AlertNotDelivered, match=str(refusal)):
            await channel.send(NOTICE)

    assert len(webhook.bodies) == 1


async def test_a_webhook_that_asks_for_time_gets_it() -> None:
    webhook = Webhook(behaviours=(429, OK), retry_after="1")
    async with listening(webhook), _channel(webhook.url) as channel:
        began = monotonic()
        await channel.send(NOTICE)

    assert len(webhook.bodies) == 2
    assert monotonic() - began >= 1


async def test_nobody_there_is_not_delivered() -> None:
    async with _channel("http://127.0.0.1:1/") as channel:
        with pytest.raises(AlertNotDelivered):
            await channel.send(NOTICE)


@pytest.mark.parametrize("url", ["http://nowhere.invalid/?key=" + KEY, "http://[::1/?key=" + KEY])
async def test_an_error_never_tells_the_address(url: str) -> None:
    chat = GoogleChatAlerts(webhook_url=url, origin="test", limit=PATIENT)

    with pytest.raises(AlertNotDelivered) as refused:
        await chat.send(NOTICE)

    assert KEY not in f"{refused.value} {refused.value!r} {refused.value.__cause__!r} {chat!r}"
    await chat.close()


@pytest.mark.parametrize("trouble", [HANG, RESET, 429, 500])
async def test_a_storm_meets_a_bound_whatever_the_webhook_does(trouble: int | str) -> None:
    async with listening(Webhook(behaviours=(trouble,))) as webhook, _channel(webhook.url) as channel:
        desk = AlertDesk(channel=channel, suppression=ProcessSuppression(), pause_seconds=0.0)
        running = asyncio.create_task(desk.run())
        for number in range(10_000):
            desk.raise_alert(an_alert(list(AlertLevel)[number % 5], conversation=f"conv_{number}"))
            if number % 1000 == 0:
                await asyncio.sleep(0)
        waiting = len(desk.pile)
        await until(lambda: len(webhook.bodies) > 0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert waiting <= len(AlertLevel)


async def test_a_hundred_cancelled_calls_leave_the_connections_usable() -> None:
    async with listening(Webhook(behaviours=(*[HANG] * 100, OK))) as webhook:
        chat = GoogleChatAlerts(webhook_url=webhook.url, origin="test", limit=PATIENT)
        for number in range(100):
            call = asyncio.create_task(chat.send(NOTICE))
            await until(lambda number=number: len(webhook.bodies) > number)  # type: ignore[misc]
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

        await chat.send(NOTICE)
        await chat.close()
