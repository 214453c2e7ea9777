"""What LOG_STORE_URL and the settings around it mean, and what is wrong with them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from entrypoints.bootstrap.settings import LogStoreSettings

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


def places(settings: LogStoreSettings) -> list[Place]:
    """Where new logs belong, then where older ones may lie. Raises InvalidLogStoreUrl."""
    return [place_of(url) for url in (settings.url, settings.previous_url) if url is not None]


def log_store_faults(settings: LogStoreSettings) -> Iterator[str]:
    """Sentences that name the setting, never a value."""
    kinds = set[str]()
    for name, url in (("LOG_STORE_URL", settings.url), ("LOG_STORE_URL_PREVIOUS", settings.previous_url)):
        try:
            kind = place_of(url).kind if url is not None else None
        except InvalidLogStoreUrl as error:
            yield f"{name}: {error}"
            continue
        if kind in kinds:
            yield f"{name}: must be another kind of store than LOG_STORE_URL"
        kinds.update([kind] if kind else [])
    yield from _s3_faults(settings)


def _s3_faults(settings: LogStoreSettings) -> Iterator[str]:
    if settings.s3_endpoint_url is not None and not _is_http(settings.s3_endpoint_url):
        yield "S3_ENDPOINT_URL: must be http://host or https://host"
    if settings.s3_access_key_id is not None and settings.s3_secret_access_key is None:
        yield "S3_SECRET_ACCESS_KEY: needed with S3_ACCESS_KEY_ID"
    if settings.s3_secret_access_key is not None and settings.s3_access_key_id is None:
        yield "S3_ACCESS_KEY_ID: needed with S3_SECRET_ACCESS_KEY"


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
