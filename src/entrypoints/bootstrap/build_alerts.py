"""Where alerts go, as the settings say."""

from collections.abc import Callable
from datetime import timedelta

from application.ports.alert_channel import AlertChannel, AlertGroup
from application.ports.alert_suppression import AlertSuppression
from application.ports.alerts import Alerts
from application.ports.health import CacheProbe, DatabaseProbe
from entrypoints.bootstrap.build_scoring import worker
from entrypoints.bootstrap.settings import Settings
from infrastructure.alerting.desk import AlertDesk, AlertFate
from infrastructure.alerting.logged_alerts import LoggedAlerts
from infrastructure.alerting.suppression import ProcessSuppression
from infrastructure.alerting.suppression_with_fallback import SuppressionWithFallback
from infrastructure.google_chat.channel import GoogleChatAlerts
from infrastructure.redis.alert_suppression import RedisAlertSuppression
from infrastructure.redis.client import RedisClient
from infrastructure.redis.probe import RedisProbe
from infrastructure.resilience.byte_budget import ByteBudget
from infrastructure.resilience.persistent_alerts import PersistentAlerts
from infrastructure.switched_off.cache import NoCache
from infrastructure.telemetry.rounds import BacklogCheck, InFlightCheck, PoolCheck, Rounds

WEBHOOK_LIMIT = timedelta(seconds=5)
ROUND_SECONDS = 5.0


def google_chat(settings: Settings) -> GoogleChatAlerts | None:
    url = settings.alerts.google_chat_webhook_url
    if url is None:
        return None
    origin = f"{settings.service.environment}, {worker()}"
    return GoogleChatAlerts(webhook_url=url.get_secret_value(), origin=origin, limit=WEBHOOK_LIMIT)


def channel(google_chat: GoogleChatAlerts | None) -> AlertChannel:
    return LoggedAlerts() if google_chat is None else PersistentAlerts(channel=google_chat)


def redis(settings: Settings) -> RedisClient | None:
    url = settings.shared_state.redis_url
    if url is None:
        return None
    return RedisClient(url.get_secret_value(), limit=timedelta(seconds=settings.shared_state.timeout_seconds))


def cache_probe(redis: RedisClient | None) -> CacheProbe:
    return NoCache() if redis is None else RedisProbe(client=redis)


def desk(
    channel: AlertChannel, suppression: AlertSuppression, count: Callable[[str, str, str, int], None]
) -> AlertDesk:
    """``count`` takes type, level, fate and number."""

    def told(group: AlertGroup, fate: AlertFate) -> None:
        count(group.alert.type.value, group.alert.level.value, fate.value, group.count)

    return AlertDesk(channel=channel, suppression=suppression, told=told)


def suppression(redis: RedisClient | None) -> AlertSuppression:
    own = ProcessSuppression()
    return own if redis is None else SuppressionWithFallback(shared=RedisAlertSuppression(redis=redis), own=own)


def rounds(settings: Settings, probe: DatabaseProbe, alerts: Alerts) -> Rounds:
    """Of every process."""
    capacity = settings.database.pool_size + settings.database.max_overflow
    return Rounds(checks=(PoolCheck(probe=probe, capacity=capacity),), alerts=alerts, every_seconds=ROUND_SECONDS)


def consumer_rounds(settings: Settings, probe: DatabaseProbe, memory: ByteBudget, alerts: Alerts) -> Rounds:
    in_flight = InFlightCheck(
        in_use_bytes=lambda: memory.in_use_bytes,
        capacity_bytes=memory.capacity_bytes,
        threshold=settings.consumer.backpressure_threshold,
    )
    return Rounds(checks=(BacklogCheck(probe=probe), in_flight), alerts=alerts, every_seconds=ROUND_SECONDS)
