"""Reads the settings once, from the environment and ``.env``, and tells every fault at once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError

from entrypoints.bootstrap.log_store_url import log_store_faults
from entrypoints.bootstrap.settings import DatabaseSettings, QueueSettings, SecuritySettings, Settings
from entrypoints.bootstrap.tracing_settings import tracing_faults

MIN_SECRET_LENGTH = 32
PLACEHOLDERS = ("change", "secret", "placeholder", "example", "your-", "xxxx", "todo")
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
BROKER_SCHEMES = ("amqp", "amqps")
NAME = re.compile(r"[A-Z][A-Z0-9_]+")
FOR_A_HEADER = re.compile(r"[!-~]+")
WEB_SCHEMES = ("https", "http")
REDIS_SCHEMES = ("redis", "rediss")
WEBHOOK_SCHEMES = ("http", "https")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class InvalidSettings(Exception):
    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The service cannot start with these settings:", *(f"  {f}" for f in faults)]))
        self.faults = faults


def read_settings(environment: Mapping[str, str], dotenv: Path | None = None) -> Settings:
    """The real environment wins over ``dotenv``. Raises InvalidSettings naming every fault, never a value."""
    sources = (environment, dotenv_values(dotenv) if dotenv and dotenv.is_file() else {})
    faults: list[str] = []
    values = {name: value for name in _names() if (value := _value(name, sources, faults))}
    groups = {name: _group(kind, values, faults) for name, kind in _groups().items()}
    settings = Settings.model_validate(groups)
    # A rule cannot be applied to what has no value; to all the others it can.
    wrong = {_setting_of(fault) for fault in faults}
    faults.extend(fault for fault in _inconsistencies(settings) if wrong.isdisjoint(NAME.findall(fault)))
    if faults:
        raise InvalidSettings(faults)
    return settings


def require_key(settings: Settings) -> None:
    """For whoever answers requests: without a key only embedded, and on loopback. Raises InvalidSettings."""
    if settings.security.secret_key is None and database_url(settings.database) is not None:
        raise InvalidSettings(["SECRET_KEY: needed to answer requests with a configured database"])


def database_url(settings: DatabaseSettings) -> str | None:
    """For SQLAlchemy with psycopg; None: embedded."""
    if settings.url is not None:
        _, separator, rest = settings.url.get_secret_value().partition("://")
        return f"postgresql+psycopg{separator}{rest}"
    if settings.host is None:
        return None
    password = f":{quote(settings.password.get_secret_value(), safe='')}" if settings.password else ""
    user = quote(settings.username, safe="")
    return f"postgresql+psycopg://{user}{password}@{settings.host}:{settings.port}/{quote(settings.database)}"


def rabbitmq_url(settings: QueueSettings) -> str | None:
    """None: embedded."""
    if settings.url is not None:
        return settings.url.get_secret_value()
    if settings.host is None:
        return None
    password = quote(settings.password.get_secret_value(), safe="") if settings.password else "guest"
    user = quote(settings.username, safe="")
    return f"amqp://{user}:{password}@{settings.host}:{settings.port}/{quote(settings.vhost, safe='')}"


def _value(name: str, sources: Iterable[Mapping[str, str | None]], faults: list[str]) -> str | None:
    """``NAME_FILE`` names a file that holds the value of NAME; in the same source, a value given directly wins."""
    for source in sources:
        if source.get(name):
            return source[name]
        if path := source.get(f"{name}_FILE"):
            return _content(path, f"{name}_FILE", faults)
        if name in source:
            return None  # emptied, to mean "not set"
    return None


def _content(path: str, name: str, faults: list[str]) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        faults.append(f"{name}: cannot read the file it names ({error.strerror})")
    except UnicodeDecodeError:
        faults.append(f"{name}: the file it names is not UTF-8")
    return None


def _names() -> frozenset[str]:
    return frozenset(field.alias or "" for group in _groups().values() for field in group.model_fields.values())


def _groups() -> Mapping[str, type[BaseModel]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    }


def _group(kind: type[BaseModel], values: Mapping[str, str], faults: list[str]) -> BaseModel:
    """What is wrong is told, and has its default, so that the rest can be looked at."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        told = [(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
        faults.extend(f"{name}: {message}" for name, message in told)
        return kind.model_validate({name: value for name, value in values.items() if name not in dict(told)})


def _setting_of(fault: str) -> str:
    return fault.partition(":")[0].removesuffix("_FILE")


def _inconsistencies(settings: Settings) -> Iterator[str]:
    yield from _malformed_urls(settings)
    yield from _weak_keys(settings.security)
    yield from log_store_faults(settings.log_store)
    yield from tracing_faults(settings.tracing)
    if settings.analyst == "groq" and settings.groq.api_key is None:
        yield "GROQ_API_KEY: needed for LLM_PROVIDER=groq"
    if (key := settings.groq.api_key) and not FOR_A_HEADER.fullmatch(key.get_secret_value()):
        yield "GROQ_API_KEY: must be printable ASCII without spaces"
    if settings.service.environment == "production":
        yield from _missing_in_production(settings)
    elif settings.security.secret_key is None and settings.service.api_host not in LOOPBACK:
        yield "SECRET_KEY: needed to listen on anything but loopback"


def _malformed_urls(settings: Settings) -> Iterator[str]:
    if (database := settings.database.url) and not _is_url(database.get_secret_value(), DATABASE_SCHEMES):
        yield "DATABASE_URL: must look like postgresql://user:password@host:5432/database"
    if (broker := settings.queue.url) and not _is_url(broker.get_secret_value(), BROKER_SCHEMES):
        yield "RABBITMQ_URL: must look like amqp://user:password@host:5672/vhost"
    if (service := settings.groq.base_url) and not _is_url(service, WEB_SCHEMES):
        yield "GROQ_BASE_URL: must look like https://host"
    if (shared := settings.shared_state.redis_url) and not _is_url(shared.get_secret_value(), REDIS_SCHEMES):
        yield "REDIS_URL: must look like redis://:password@host:6379/0"
    webhook = settings.alerts.google_chat_webhook_url
    if webhook and not _is_url(webhook.get_secret_value(), WEBHOOK_SCHEMES):
        yield "GOOGLE_CHAT_WEBHOOK_URL: must look like https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…"
    if (service := settings.memories.url) and not _is_url(service, WEB_SCHEMES):
        yield "MEMORY_API_URL: must look like https://host"


def _is_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        address = urlsplit(value)
        return address.scheme in schemes and value.startswith(f"{address.scheme}://") and address.port != 0
    except ValueError:  # a port that is no number
        return False


def _weak_keys(security: SecuritySettings) -> Iterator[str]:
    keys = {"SECRET_KEY": security.secret_key, "SECRET_KEY_PREVIOUS": security.previous_secret_key}
    for name, key in keys.items():
        if key is None:
            continue
        if len(key.get_secret_value()) < MIN_SECRET_LENGTH:
            yield f"{name}: must have at least {MIN_SECRET_LENGTH} characters"
        if any(word in key.get_secret_value().casefold() for word in PLACEHOLDERS):
            yield f"{name}: is a placeholder, not a secret"


def _missing_in_production(settings: Settings) -> Iterator[str]:
    if database_url(settings.database) is None:
        yield "DATABASE_URL: needed in production, or POSTGRES_HOST"
    if rabbitmq_url(settings.queue) is None:
        yield "RABBITMQ_URL: needed in production, or RABBITMQ_HOST"
    if settings.security.secret_key is None:
        yield "SECRET_KEY: needed in production"
