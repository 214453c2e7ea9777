"""What people are told of a consumer whose subscription is lost, or that gets none."""

from datetime import timedelta

import pytest

from entrypoints.consumer import rabbitmq
from entrypoints.consumer.handler import EventHandler
from entrypoints.consumer.rabbitmq import RabbitConsumer, consuming_from_rabbitmq
from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.in_memory.clock import FakeClock
from infrastructure.private_postgres.ports import LOOPBACK, free_port
from infrastructure.rabbitmq.dead_letters import DeadLetters
from infrastructure.resilience import supervisor
from tests.contracts.queues import TIMEOUT, TOPOLOGY, a_session
from tests.faults.patience import until
from tests.servers.rabbitmq_endpoint import RabbitmqEndpoint
from tests.unit.application.world import World

NOTHING_UNDER_WAY = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rabbitmq, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(supervisor, "PAUSE_SECONDS", 0.1)


def _consumer(url: str, alerts: RememberingAlerts) -> RabbitConsumer:
    session = a_session(url, connect_timeout=timedelta(seconds=2))
    return RabbitConsumer(
        session=session,
        dead_letters=DeadLetters(session=session, clock=FakeClock(), timeout=TIMEOUT),
        handler=EventHandler(calculate_score=World().scoring(), alerts=alerts),
    )


async def test_a_subscription_that_is_lost_is_told_and_made_anew(
    rabbitmq_endpoint: RabbitmqEndpoint, rabbitmq_url: str
) -> None:
    alerts = RememberingAlerts()
    consumer = _consumer(rabbitmq_url, alerts)

    def is_consumed() -> bool:
        return TOPOLOGY.queue_name in rabbitmq_endpoint.consumed(rabbitmq_url)

    async with consuming_from_rabbitmq(consumer, patience=NOTHING_UNDER_WAY, alerts=alerts):
        assert await until(is_consumed)
        before = list(alerts.raised)
        rabbitmq_endpoint.delete_queue(rabbitmq_url, TOPOLOGY.queue_name)
        assert await until(lambda: bool(alerts.raised))
        assert await until(is_consumed)
    await consumer.session.close()

    assert before == []
    _assert_told(alerts)


async def test_a_broker_that_is_away_is_told() -> None:
    alerts = RememberingAlerts()
    consumer = _consumer(f"amqp://guest:guest@{LOOPBACK}:{free_port()}/", alerts)

    async with consuming_from_rabbitmq(consumer, patience=NOTHING_UNDER_WAY, alerts=alerts):
        assert await until(lambda: bool(alerts.raised))
    await consumer.session.close()

    _assert_told(alerts)


def _assert_told(alerts: RememberingAlerts) -> None:
    told = {(alert.type.value, alert.level.value, alert.component.value) for alert in alerts.raised}
    assert ("QUEUE_UNAVAILABLE", "HIGH", "consumer") in told
    assert all("guest" not in alert.what for alert in alerts.raised)
