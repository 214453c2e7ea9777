"""What Langfuse asks of whoever sends it traces: its path, its header, the names it knows; configured as documented."""

import base64
import os
import re
import subprocess
from collections.abc import Iterator

import pytest

from entrypoints.bootstrap import build_tracing
from entrypoints.bootstrap.read_settings import read_settings
from infrastructure.tracing.chat import ChatSpans
from tests.architecture.source_files import ROOT
from tests.otlp import OtlpReceiver, otlp_receiver

DOCUMENT = ROOT / "docs" / "tracing.md"
KEYS = {"PUBLIC_KEY": "pk-lf-1234", "SECRET_KEY_OF_LANGFUSE": "sk-lf-5678+/="}


@pytest.fixture
def receiver() -> Iterator[OtlpReceiver]:
    with otlp_receiver() as listening:
        yield listening


async def test_calls_of_a_model_arrive_as_langfuse_takes_them(receiver: OtlpReceiver) -> None:
    settings = read_settings(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"{receiver.url}/api/public/otel",
            "OTEL_EXPORTER_OTLP_HEADERS": _documented_header(),
        }
    )
    tracer = build_tracing.tracer(settings, "1.2.3")
    assert tracer is not None

    async with tracer.exporting():
        with ChatSpans(tracer=tracer, provider="groq").chat(model="a-model", task="emotion", max_tokens=1) as chat:
            chat.used(prompt=30, cached=20, completion=10)

    [span] = receiver.named("chat a-model")
    assert receiver.paths == ["/api/public/otel/v1/traces"]
    credentials = base64.b64encode(":".join(KEYS.values()).encode()).decode()
    assert receiver.headers[0]["authorization"] == f"Basic {credentials}"
    assert receiver.headers[0]["x-langfuse-ingestion-version"] == "4"
    assert receiver.headers[0]["content-type"] == "application/x-protobuf"
    usage = {name: value for name, value in span.attributes.items() if name.startswith("gen_ai.usage.")}
    assert usage["gen_ai.usage.input_tokens"] == 30
    assert usage["gen_ai.usage.output_tokens"] == 10
    assert span.attributes["gen_ai.request.model"] == "a-model"


def _documented_header() -> str:
    """What the shell makes of the line in the document."""
    found = re.search(r'OTEL_EXPORTER_OTLP_HEADERS=(".+")$', DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    script = ["sh", "-c", f"printf %s {found[1]}"]
    return subprocess.run(
        script, capture_output=True, check=True, env={**os.environ, **KEYS}, text=True, timeout=10
    ).stdout
