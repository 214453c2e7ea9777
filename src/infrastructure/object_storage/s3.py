from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

from obstore.store import S3Store

from infrastructure.object_storage.object_logs import ObjectConversationLogs

MOST_CONNECT_TIME = timedelta(seconds=1)
RETRIES = 2

Bucket: TypeAlias = S3Store
"""For whoever hands one on without knowing the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3ConversationLogs(ObjectConversationLogs):
    """The put is durable when S3 has answered."""

    store: S3Store = field(repr=False)

    @property
    def scheme(self) -> str:
        return "s3"

    async def _store(self) -> S3Store:
        return self.store

    async def _settle(self, key: str) -> None:
        pass


def s3_store(
    bucket: str,
    *,
    prefix: str,
    limit: timedelta,
    endpoint_url: str | None,
    region: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
) -> S3Store:
    """Opens nothing yet. What is None is left to the environment, then to the machine's role, as AWS has it."""
    given = {
        "endpoint": endpoint_url,
        "virtual_hosted_style_request": None if endpoint_url is None else False,
        "region": region,
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
        # One object at a time is deleted, and not every server knows the call for many.
        "disable_bulk_delete": True,
    }
    config: Any = {name: value for name, value in given.items() if value is not None}
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={
            "allow_http": endpoint_url is not None and endpoint_url.startswith("http://"),
            "timeout": limit,
            "connect_timeout": min(limit, MOST_CONNECT_TIME),
        },
        # Over a hiccup; whoever waits for longer than that has a better place for the log.
        retry_config={
            "max_retries": RETRIES,
            "retry_timeout": limit,
            "backoff": {"init_backoff": limit / 50, "max_backoff": limit / 10, "base": 2},
        },
    )
