"""The settings that OpenTelemetry named, read as its specification says."""

from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_web_address
from entrypoints.bootstrap.setting_groups.group import Count, Group, Milliseconds

PATH = "v1/traces"


class TracingSettings(Group):
    """Names, forms and units are those of OpenTelemetry's specification."""

    endpoint: str | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="http://collector:4318, to which /v1/traces is added; without it nobody traces",
    )
    traces_endpoint: str | None = Field(
        None, alias="OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", description="instead, and taken as it is"
    )
    headers: SecretStr | None = Field(
        None,
        alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="sent with every batch: name=value,name=value, values URL-encoded; credentials go here",
    )
    protocol: Literal["http/protobuf"] = Field(
        "http/protobuf", alias="OTEL_EXPORTER_OTLP_PROTOCOL", description="the only one that is spoken"
    )
    timeout_ms: Milliseconds = Field(
        3000, alias="OTEL_EXPORTER_OTLP_TIMEOUT", description="milliseconds for one batch, repetitions included"
    )
    disabled: bool = Field(
        default=False, alias="OTEL_SDK_DISABLED", description="true: nobody traces, whatever else is set"
    )
    service_name: str = Field("context-handling", alias="OTEL_SERVICE_NAME", description="who tells")
    resource_attributes: str | None = Field(
        None, alias="OTEL_RESOURCE_ATTRIBUTES", description="more about who tells: name=value,name=value"
    )
    sampler: Literal[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ] = Field("parentbased_always_on", alias="OTEL_TRACES_SAMPLER", description="which traces are told")
    sampled_share: float = Field(
        1.0, alias="OTEL_TRACES_SAMPLER_ARG", ge=0, le=1, description="share of them, for the samplers by ratio"
    )
    queue_size: Count = Field(
        2048, alias="OTEL_BSP_MAX_QUEUE_SIZE", description="spans that may wait; those beyond are dropped and counted"
    )
    batch_size: Count = Field(512, alias="OTEL_BSP_MAX_EXPORT_BATCH_SIZE", description="spans sent at a time")
    delay_ms: Milliseconds = Field(
        5000, alias="OTEL_BSP_SCHEDULE_DELAY", description="milliseconds until what waits is sent, full batch or not"
    )

    def faults(self) -> Iterator[str]:
        for name, url in (
            ("OTEL_EXPORTER_OTLP_ENDPOINT", self.endpoint),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", self.traces_endpoint),
        ):
            if url and not is_web_address(url):
                yield f"{name}: must look like https://host:4318"
        for name, read in (("OTEL_EXPORTER_OTLP_HEADERS", headers), ("OTEL_RESOURCE_ATTRIBUTES", attributes)):
            try:
                read(self)
            except ValueError:
                yield f"{name}: must look like name=value,name=value"
        if self.batch_size > self.queue_size:
            yield "OTEL_BSP_MAX_EXPORT_BATCH_SIZE: must not exceed OTEL_BSP_MAX_QUEUE_SIZE"


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


def _pairs(text: str) -> dict[str, str]:
    """Values are URL-encoded. Raises ValueError."""
    pairs = dict[str, str]()
    for pair in filter(None, map(str.strip, text.split(","))):
        name, separator, value = pair.partition("=")
        if not separator or not name.strip():
            raise ValueError
        pairs[name.strip()] = unquote(value.strip())
    return pairs
