"""What LOG_STORE_URL and the settings around it mean, and what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_web_address
from entrypoints.bootstrap.setting_groups.group import CONSUME, Count, Group, Seconds

DATABASE = "postgres"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_FORMS = "must be postgres:, file:///directory or s3://bucket/prefix"


class InvalidLogStoreUrl(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    directory: Path
    kind: str = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    bucket: str
    prefix: str
    kind: str = "s3"


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePlace:
    kind: str = DATABASE


Place = DatabasePlace | FilePlace | S3Place


def place_of(url: str) -> Place:
    """Raises InvalidLogStoreUrl."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidLogStoreUrl(_FORMS) from error
    directory = Path(unquote(parts.path))
    if url == f"{DATABASE}:":
        return DatabasePlace()
    if parts.query or parts.fragment:
        raise InvalidLogStoreUrl(_FORMS)
    if parts.scheme == "file" and not parts.netloc and directory.is_absolute() and directory != Path("/"):
        return FilePlace(directory=directory)
    if parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc):
        return S3Place(bucket=parts.netloc, prefix=parts.path.strip("/"))
    raise InvalidLogStoreUrl(_FORMS)


class LogStoreSettings(Group):
    heading = "Conversation logs"
    read_otherwise: ClassVar = {"LOG_RETENTION_DAYS": (CONSUME,)}

    url: str = Field(
        "postgres:",
        alias="LOG_STORE_URL",
        description="where conversation logs lie: postgres:, file:///directory or s3://bucket/prefix",
    )
    previous_url: str | None = Field(
        None, alias="LOG_STORE_URL_PREVIOUS", description="where older logs still lie after a switch to another kind"
    )
    timeout_seconds: Seconds = Field(
        3, alias="LOG_STORE_TIMEOUT_SECONDS", description="seconds until a new log goes into the database instead"
    )
    retention_days: Count | None = Field(
        None,
        alias="LOG_RETENTION_DAYS",
        description="days after which the log of a scored or skipped conversation is deleted; without it, never",
    )
    s3_endpoint_url: str | None = Field(None, alias="S3_ENDPOINT_URL", description="of MinIO and the like; not of AWS")
    s3_region: str | None = Field(None, alias="S3_REGION", description="without it, AWS_REGION, else us-east-1")
    s3_access_key_id: str | None = Field(
        None, alias="S3_ACCESS_KEY_ID", description="without it, what AWS gives: its own variables, or the role"
    )
    s3_secret_access_key: SecretStr | None = Field(
        None, alias="S3_SECRET_ACCESS_KEY", description="with S3_ACCESS_KEY_ID"
    )

    def faults(self) -> Iterator[str]:
        kinds = set[str]()
        for name, url in (("LOG_STORE_URL", self.url), ("LOG_STORE_URL_PREVIOUS", self.previous_url)):
            try:
                kind = place_of(url).kind if url is not None else None
            except InvalidLogStoreUrl as error:
                yield f"{name}: {error}"
                continue
            if kind in kinds:
                yield f"{name}: must be another kind of store than LOG_STORE_URL"
            kinds.update([kind] if kind else [])
        yield from self._s3_faults()

    def _s3_faults(self) -> Iterator[str]:
        if self.s3_endpoint_url is not None and not is_web_address(self.s3_endpoint_url):
            yield "S3_ENDPOINT_URL: must be http://host or https://host"
        if self.s3_access_key_id is not None and self.s3_secret_access_key is None:
            yield "S3_SECRET_ACCESS_KEY: needed with S3_ACCESS_KEY_ID"
        if self.s3_secret_access_key is not None and self.s3_access_key_id is None:
            yield "S3_ACCESS_KEY_ID: needed with S3_SECRET_ACCESS_KEY"


def places(settings: LogStoreSettings) -> list[Place]:
    """Where new logs belong, then where older ones may lie. Raises InvalidLogStoreUrl."""
    return [place_of(url) for url in (settings.url, settings.previous_url) if url is not None]
