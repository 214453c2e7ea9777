import io
import json
from dataclasses import replace

from rich.console import Console

from benchmarks.machine import this_machine
from benchmarks.messages import Finished, Latency, Outcome
from benchmarks.options import parse
from benchmarks.report import as_json, show
from benchmarks.results import Measurement, Result
from benchmarks.usage import Usage

USAGE = Usage(cpu_cores=0.25, rss_mb_at_first=90, rss_mb=95, peak_rss_mb=99)
OUTCOME = Outcome(
    name="accept-45kb",
    offered_rps=500,
    achieved_rps=498.5,
    succeeded=9970,
    latency=Latency(p50_ms=5, p95_ms=9, p99_ms=12.3, max_ms=40),
    errors={"http 503": 30},
)
RESULT = Result(
    scenario="accept-45kb", outcomes=[OUTCOME], usage={"serve": USAGE, "generator": USAGE}, failure="30 requests failed"
)


def test_the_table_shows_rates_latencies_errors_and_processes() -> None:
    console = Console(file=io.StringIO(), width=130)

    show([RESULT, Result(scenario="suggest", failure="no service")], this_machine("15.1"), console)

    shown = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    for part in ("accept-45kb", "12.3", "30 × http 503", "0.25 · 99", "suggest: FAILED: no service", "PostgreSQL 15.1"):
        assert part in shown


def test_json_is_one_object_with_machine_parameters_and_results() -> None:
    whole = json.loads(as_json([RESULT], this_machine("15.1"), parse(["--rate", "7"]), {"max_connections": "400"}))

    assert whole["machine"]["postgres"] == "15.1"
    assert whole["parameters"]["rate"] == 7
    assert whole["results"][0]["outcomes"][0]["latency"]["p99_ms"] == 12.3
    assert whole["results"][0]["usage"]["serve"]["peak_rss_mb"] == 99


def test_a_generator_that_was_the_limit_says_so() -> None:
    idle = Measurement(finished=Finished(outcomes=[OUTCOME], lag_p99_ms=1), usage={"generator": USAGE})
    late = Measurement(finished=Finished(outcomes=[OUTCOME], lag_p99_ms=80), usage={"generator": USAGE})

    busy = Measurement(finished=Finished(outcomes=[OUTCOME]), usage={"generator": replace(USAGE, cpu_cores=0.98)})

    assert not idle.notes
    assert "waited for a core" in late.notes[0]
    assert "itself was the limit" in busy.notes[0]
