"""How events are announced, and to whom."""

from datetime import timedelta

from dependency_injector import providers

from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.health import QueueProbe
from application.use_cases.announce_due_events import AnnounceDueEvents
from entrypoints.bootstrap import build_queue, build_tracing, limits
from entrypoints.bootstrap.containers.alerting import Alerting
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.metrics import Metrics
from entrypoints.bootstrap.containers.tracing import Tracing
from infrastructure.announcing.background_announcer import BackgroundAnnouncer
from infrastructure.in_process_queue.queue import InProcessQueue
from infrastructure.rabbitmq.dead_letters import DeadLetters
from infrastructure.rabbitmq.session import RabbitSession
from infrastructure.rabbitmq.topology import Topology
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.telemetry.counted_publisher import CountedPublisher
from infrastructure.telemetry.dead_letters import PoisonAlarm
from infrastructure.telemetry.told_each import told_each
from infrastructure.tracing.deliveries import Deliveries


class Queue(Database):
    topology: providers.Singleton[Topology] = providers.Singleton(build_queue.topology, Foundation.settings)
    in_process_queue: providers.Singleton[InProcessQueue] = providers.Singleton(InProcessQueue)
    queue_timeout: providers.Singleton[timedelta] = providers.Singleton(build_queue.queue_timeout, Foundation.settings)
    # Each on a connection of its own: an alarm of the broker blocks a publishing one, acknowledgements included.
    publishing_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, Foundation.settings, topology
    )
    consuming_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, Foundation.settings, topology
    )
    probing_session: providers.Singleton[RabbitSession | None] = providers.Singleton(
        build_queue.session, Foundation.settings, topology
    )
    broker_breaker: providers.Singleton[CircuitBreaker | None] = providers.Singleton(
        build_queue.breaker, publishing_session, Alerting.alerts
    )
    own_publisher: providers.Singleton[AnnouncementPublisher] = providers.Singleton(
        build_tracing.publisher,
        Tracing.tracer,
        publishing_session,
        providers.Singleton(
            build_queue.publisher,
            publishing_session,
            in_process_queue,
            broker_breaker,
            Foundation.clock,
            timeout=queue_timeout,
            alerts=Alerting.alerts,
        ),
    )
    deliveries: providers.Singleton[Deliveries | None] = providers.Singleton(
        build_tracing.deliveries, Tracing.tracer, consuming_session
    )
    publisher: providers.Singleton[CountedPublisher] = providers.Singleton(CountedPublisher, publisher=own_publisher)
    dead_letters: providers.Singleton[DeadLetters] = providers.Singleton(
        DeadLetters,
        session=publishing_session,
        clock=Foundation.clock,
        timeout=queue_timeout,
        told=providers.Factory(
            told_each,
            providers.Factory(PoisonAlarm, alerts=Alerting.alerts),
            Metrics.count_dead_letters,
        ),
    )
    queue_probe: providers.Singleton[QueueProbe] = providers.Singleton(build_queue.queue_probe, probing_session)
    announcer: providers.Singleton[BackgroundAnnouncer] = providers.Singleton(BackgroundAnnouncer, publisher=publisher)
    batch_size: providers.Callable[int] = providers.Callable(
        lambda settings: settings.consumer.relay_batch_size, Foundation.settings
    )
    announce_due_events: providers.Factory[AnnounceDueEvents] = providers.Factory(
        AnnounceDueEvents,
        unit_of_work=Database.unit_of_work,
        publisher=publisher,
        clock=Foundation.clock,
        again_after=limits.ANNOUNCE_AGAIN_AFTER,
        retry_after=limits.ANNOUNCE_RETRY_AFTER,
        batch_size=batch_size,
    )
