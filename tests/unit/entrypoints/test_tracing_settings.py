import json
import os
import subprocess
import sys

import pytest

from entrypoints.bootstrap.read_settings import InvalidSettings, read_settings
from entrypoints.bootstrap.setting_groups.tracing import TracingSettings, attributes, headers, traces_url
from tests.architecture.source_files import SRC

COLLECTOR = "http://collector:4318"
SECRET = "cGstbGYtMTpzay1sZi0y"
# Builds the whole service, as a process would, and says which parts of the library were loaded. Others are by other
# libraries, which look for them: the client of Redis loads the metrics, FastStream the names.
BUILD = """
import sys
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import read_settings
container = Container(settings=read_settings({endpoint}), database_url="postgresql+psycopg://x@127.0.0.1:1/x")
container.calculate_score(), container.record_conversation_end(), container.request_spans(), container.tracer()
parts = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "google.protobuf")
print([part for part in parts if part in sys.modules])
"""


def _settings(**given: str) -> TracingSettings:
    return read_settings(given).tracing


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR}, f"{COLLECTOR}/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": f"{COLLECTOR}/api/public/otel/"}, f"{COLLECTOR}/api/public/otel/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{COLLECTOR}/mine"}, f"{COLLECTOR}/mine"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR, "OTEL_SDK_DISABLED": "true"}, None),
    ],
)
def test_spans_go_where_the_settings_say(given: dict[str, str], url: str | None) -> None:
    assert traces_url(_settings(**given)) == url


def test_headers_and_attributes_are_lists_of_pairs_in_url_encoding() -> None:
    given = _settings(
        OTEL_EXPORTER_OTLP_HEADERS=f"Authorization=Basic%20{SECRET}%3D, x-langfuse-ingestion-version=4,",
        OTEL_RESOURCE_ATTRIBUTES="k8s.pod.name=a,team=robots",
    )

    assert headers(given) == {"Authorization": f"Basic {SECRET}=", "x-langfuse-ingestion-version": "4"}
    assert attributes(given) == {"k8s.pod.name": "a", "team": "robots"}
    assert SECRET not in repr(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://collector"),
        ("OTEL_EXPORTER_OTLP_HEADERS", SECRET),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_RESOURCE_ATTRIBUTES", "=value"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4096"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
    ],
)
def test_what_cannot_be_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings({name: value})

    assert [fault for fault in refused.value.faults if fault.startswith(name)]
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(("endpoint", "loaded"), [({}, 0), ({"OTEL_EXPORTER_OTLP_ENDPOINT": COLLECTOR}, 3)])
def test_the_library_is_loaded_only_where_somebody_traces(endpoint: dict[str, str], loaded: int) -> None:
    built = subprocess.run(
        [sys.executable, "-c", BUILD.replace("{endpoint}", repr(endpoint))],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(SRC)},
        text=True,
        timeout=60,
    )

    assert len(json.loads(built.stdout.replace("'", '"'))) == loaded, built.stdout
