"""Storages whose logs lie outside their database."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from application.log_placement import LogPlacement
from application.ports.conversation_logs import ConversationLogs
from domain.identifiers import EventId
from infrastructure.in_memory.clock import FakeClock
from infrastructure.object_storage.files import FileConversationLogs
from infrastructure.object_storage.s3 import S3ConversationLogs, s3_store
from infrastructure.system.clock import SystemClock
from tests.contracts.storage import Storage, a_new_event
from tests.servers.object_store import ACCESS_KEY_ID, PREFIX, SECRET_ACCESS_KEY, Bucket

LIMIT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """A storage, and what its logs need before they can be fetched."""

    storage: Storage
    logs: ConversationLogs

    async def kept(self, content: bytes, conversation_id: str = "conv_0001") -> tuple[EventId, str]:
        """The event of a kept log, and where the log lies."""
        kept = await self.logs.keep(content)
        new = a_new_event(conversation_id, log_location=kept.location)
        event = await self.storage.added(new, kept.inline)
        return event.event_id, kept.location


def file_logs(directory: Path, *, limit: timedelta = LIMIT) -> FileConversationLogs:
    return FileConversationLogs(directory=directory, clock=SystemClock(), limit=limit)


def s3_logs(bucket: Bucket, *, limit: timedelta = LIMIT, secret: str = SECRET_ACCESS_KEY) -> S3ConversationLogs:
    return s3_logs_at(bucket.endpoint_url, bucket=bucket.name, limit=limit, secret=secret)


def s3_logs_at(
    endpoint_url: str, *, bucket: str = "bucket", limit: timedelta = LIMIT, secret: str = SECRET_ACCESS_KEY
) -> S3ConversationLogs:
    store = s3_store(
        bucket,
        prefix=PREFIX,
        limit=limit,
        endpoint_url=endpoint_url,
        region="us-east-1",
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=secret,
    )
    return S3ConversationLogs(store=store, clock=SystemClock(), limit=limit)


def placement(storage: Storage, preferred: str, store: ConversationLogs) -> LogPlacement:
    return LogPlacement(
        stores={"memory": storage.logs, preferred: store},
        preferred=preferred,
        fallback="memory",
        clock=FakeClock(),
        pause=timedelta(seconds=5),
    )


async def every(logs: ConversationLogs, *, within: timedelta = timedelta(days=-1)) -> set[str]:
    """Locations listed as older than ``within``; by default all."""
    return {location async for location in logs.listed(older_than=SystemClock().now() - within)}
