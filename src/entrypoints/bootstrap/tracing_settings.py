"""Reads the settings that OpenTelemetry named, as its specification says."""

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from entrypoints.bootstrap.settings import TracingSettings

SCHEMES = ("http", "https")
PATH = "v1/traces"


def traces_url(settings: TracingSettings) -> str | None:
    """Where spans go, in full. None: nobody traces."""
    if settings.disabled:
        return None
    if settings.traces_endpoint:
        return settings.traces_endpoint
    return f"{settings.endpoint.rstrip('/')}/{PATH}" if settings.endpoint else None


def headers(settings: TracingSettings) -> Mapping[str, str]:
    return _pairs(settings.headers.get_secret_value() if settings.headers else "")


def attributes(settings: TracingSettings) -> Mapping[str, str]:
    return _pairs(settings.resource_attributes or "")


def tracing_faults(settings: TracingSettings) -> Iterator[str]:
    """Names, never values."""
    for name, url in (
        ("OTEL_EXPORTER_OTLP_ENDPOINT", settings.endpoint),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", settings.traces_endpoint),
    ):
        if url and not _is_url(url):
            yield f"{name}: must look like https://host:4318"
    for name, read in (("OTEL_EXPORTER_OTLP_HEADERS", headers), ("OTEL_RESOURCE_ATTRIBUTES", attributes)):
        try:
            read(settings)
        except ValueError:
            yield f"{name}: must look like name=value,name=value"
    if settings.batch_size > settings.queue_size:
        yield "OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not exceed OTEL_BSP_MAX_QUEUE_SIZE"


def _is_url(value: str) -> bool:
    try:
        address = urlsplit(value)
        return address.scheme in SCHEMES and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number
        return False


def _pairs(text: str) -> dict[str, str]:
    """Values are URL-encoded. Raises ValueError."""
    pairs = dict[str, str]()
    for pair in filter(None, map(str.strip, text.split(","))):
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise ValueError
        pairs[name.strip()] = unquote(value.strip())
    return pairs
