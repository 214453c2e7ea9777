"""How announcements travel: over RabbitMQ, or inside this process."""

from datetime import timedelta
from functools import partial

from application.ports.alerts import Alerts
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.health import QueueProbe
from domain.alert import AlertComponent
from entrypoints.bootstrap.limits import HEALTH_LIMIT
from entrypoints.bootstrap.setting_groups.queue import rabbitmq_url
from entrypoints.bootstrap.settings import Settings
from infrastructure.in_process_queue.probe import EmbeddedQueueProbe
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.rabbitmq.broker import make_broker
from infrastructure.rabbitmq.probe import RabbitProbe
from infrastructure.rabbitmq.publisher import RabbitAnnouncementPublisher
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.rabbitmq.topology import Topology
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.guarded_publisher import GuardedPublisher
from infrastructure.system.clock import SystemClock
from infrastructure.telemetry.breaker import BreakerAlarm
from infrastructure.telemetry.publisher import WatchedPublisher

BROKER_FAILURES = 3
BROKER_COOLDOWN = timedelta(seconds=5)


def topology(settings: Settings) -> Topology:
    queue = settings.queue
    return Topology(exchange_name=queue.exchange_name, queue_name=queue.queue_name, routing_key=queue.routing_key)


def session(settings: Settings, topology: Topology) -> RabbitSession | None:
    """None: nothing but this process is to hear of an event."""
    url = rabbitmq_url(settings.queue)
    if url is None:
        return None
    timeout = timedelta(seconds=settings.queue.timeout_seconds)
    heartbeat = timedelta(seconds=settings.queue.heartbeat_seconds)
    make = partial(make_broker, url, timeout=timeout, heartbeat=heartbeat, prefetch=settings.consumer.prefetch)
    return RabbitSession(make_broker=make, topology=topology, limit=timeout)


def queue_timeout(settings: Settings) -> timedelta:
    return timedelta(seconds=settings.queue.timeout_seconds)


def breaker(session: RabbitSession | None, alerts: Alerts) -> CircuitBreaker | None:
    if session is None:
        return None
    told = BreakerAlarm(component=AlertComponent.BROKER, alerts=alerts)
    return CircuitBreaker(threshold=BROKER_FAILURES, cooldown=BROKER_COOLDOWN, on_change=told)


def publisher(
    session: RabbitSession | None,
    queue: InProcessQueue,
    breaker: CircuitBreaker | None,
    clock: SystemClock,
    *,
    timeout: timedelta,
    alerts: Alerts,
) -> AnnouncementPublisher:
    if session is None or breaker is None:
        return queue
    publisher = RabbitAnnouncementPublisher(session=session, clock=clock, timeout=timeout)
    return WatchedPublisher(publisher=GuardedPublisher(publisher=publisher, breaker=breaker), alerts=alerts)


def queue_probe(session: RabbitSession | None) -> QueueProbe:
    if session is None:
        return EmbeddedQueueProbe()
    return RabbitProbe(session=session, limit=HEALTH_LIMIT)
