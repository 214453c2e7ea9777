from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from obstore.store import LocalStore, S3Store

from application.errors import LogStoreUnavailable, LogUnavailable
from application.ports.clock import Clock
from application.ports.conversation_logs import ConversationLogs, KeptLog
from domain.identifiers import EventId
from infrastructure.object_storage.errors import answering
from infrastructure.object_storage.keys import is_key, new_key

LIST_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectConversationLogs(ConversationLogs):
    """One object a log, never changed. Every call, or every page of a list, ends within ``limit``."""

    clock: Clock
    limit: timedelta

    @property
    @abstractmethod
    def scheme(self) -> str:
        """What locations begin with."""

    @abstractmethod
    async def _store(self) -> LocalStore | S3Store: ...

    @abstractmethod
    async def _settle(self, key: str) -> None:
        """Makes durable what was put."""

    async def keep(self, content: bytes) -> KeptLog:
        key = new_key(self.clock.now())
        async with answering(self.limit, missing=LogStoreUnavailable):
            await (await self._store()).put_async(key, content)
            await self._settle(key)
        return KeptLog(location=f"{self.scheme}:{key}")

    async def fetch(self, event_id: EventId, location: str) -> bytes:
        key = self._key(location)
        async with answering(self.limit, missing=LogUnavailable):
            found = await (await self._store()).get_async(key)
            return bytes(await found.bytes_async())

    async def delete(self, location: str) -> None:
        key = self._key(location)
        with suppress(LogUnavailable):
            async with answering(self.limit, missing=LogUnavailable):
                await (await self._store()).delete_async(key)

    async def listed(self, *, older_than: datetime) -> AsyncIterator[str]:
        async with answering(self.limit, missing=LogStoreUnavailable):
            pages = (await self._store()).list(chunk_size=LIST_CHUNK)
        while True:
            async with answering(self.limit, missing=LogStoreUnavailable):
                try:
                    page = await anext(pages)  # the library's iterators cannot take a default
                except StopAsyncIteration:
                    return
            for found in page:
                if found["last_modified"] < older_than and is_key(found["path"]):
                    yield f"{self.scheme}:{found['path']}"

    def _key(self, location: str) -> str:
        key = location.removeprefix(f"{self.scheme}:")
        if not is_key(key):
            raise LogUnavailable(f"{location} is no location of a log")
        return key
