"""The stores of conversation logs that the settings name."""

from collections.abc import Iterator
from datetime import timedelta

from application.log_placement import LogPlacement
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs
from entrypoints.bootstrap.setting_groups.log_store import (
    DATABASE,
    DatabasePlace,
    FilePlace,
    LogStoreSettings,
    S3Place,
    places,
)
from entrypoints.bootstrap.settings import Settings
from infrastructure.object_storage.files import FileConversationLogs
from infrastructure.object_storage.s3 import Bucket, S3ConversationLogs, s3_store
from infrastructure.tracing.logs import TracedLogs
from infrastructure.tracing.tracer import Tracer

# How long nobody asks a store that failed: every request in between is spared its deadline.
PAUSE = timedelta(seconds=5)
FOR_EVER = timedelta(days=365 * 100)


def log_placement(settings: Settings, database: ConversationLogs, clock: Clock, tracer: Tracer | None) -> LogPlacement:
    stores = {DATABASE: database, **dict(_named_stores(settings.log_store, clock))}
    return LogPlacement(
        stores={kind: _told(kind, logs, tracer) for kind, logs in stores.items()},
        preferred=places(settings.log_store)[0].kind,
        fallback=DATABASE,
        clock=clock,
        pause=PAUSE,
    )


def preferred_store(placement: LogPlacement) -> ConversationLogs:
    return placement.stores[placement.preferred]


def retention(settings: Settings) -> timedelta:
    """How long logs are kept; longer than anything lasts, if nothing else is said."""
    days = settings.log_store.retention_days
    return FOR_EVER if days is None else timedelta(days=days)


def _told(kind: str, logs: ConversationLogs, tracer: Tracer | None) -> ConversationLogs:
    return logs if tracer is None else TracedLogs(logs=logs, store=kind, tracer=tracer)


def _named_stores(settings: LogStoreSettings, clock: Clock) -> Iterator[tuple[str, ConversationLogs]]:
    limit = timedelta(seconds=settings.timeout_seconds)
    for place in places(settings):
        match place:
            case FilePlace(directory=directory):
                yield place.kind, FileConversationLogs(directory=directory, clock=clock, limit=limit)
            case S3Place():
                store = s3_store_at(place, settings, limit)
                yield place.kind, S3ConversationLogs(store=store, clock=clock, limit=limit)
            case DatabasePlace():
                continue


def s3_store_at(place: S3Place, settings: LogStoreSettings, limit: timedelta) -> Bucket:
    """``limit``: of one request."""
    secret = settings.s3_secret_access_key
    return s3_store(
        place.bucket,
        prefix=place.prefix,
        limit=limit,
        endpoint_url=settings.s3_endpoint_url,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key_id,
        secret_access_key=secret.get_secret_value() if secret else None,
    )
