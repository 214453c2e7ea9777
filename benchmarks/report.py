import dataclasses
from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.messages import Outcome
from benchmarks.options import Options
from benchmarks.results import Result
from benchmarks.usage import Usage

_PROCESSES = ("serve", "consume", "postgres", "generator")


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, justify="right")
    return table


def _latencies(outcome: Outcome) -> list[str]:
    latency = outcome.latency
    if latency is None:
        return ["-"] * 4
    return [f"{value:.1f}" for value in (latency.p50_ms, latency.p95_ms, latency.p99_ms, latency.max_ms)]


def _errors(outcome: Outcome) -> str:
    return ", ".join(f"{count} × {kind}" for kind, count in sorted(outcome.errors.items())) or "none"


def _offered(outcome: Outcome) -> str:
    return "all it takes" if outcome.offered_rps is None else f"{outcome.offered_rps:.0f}"


def request_table(results: Sequence[Result]) -> Table:
    columns = ("scenario", "offered/s", "achieved/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors")
    table = _table("Requests (latency from the intended start)", columns)
    for outcome in (outcome for result in results for outcome in result.outcomes):
        table.add_row(
            outcome.name, _offered(outcome), f"{outcome.achieved_rps:.0f}", *_latencies(outcome), _errors(outcome)
        )
    return table


def _usage(usage: Usage | None) -> str:
    return "-" if usage is None else f"{usage.cpu_cores:.2f} · {usage.peak_rss_mb:.0f}"


def process_table(results: Sequence[Result]) -> Table:
    table = _table("Processes (cores · peak MB)", ("scenario", *_PROCESSES, "others"))
    for result in results:
        if result.usage:
            used = (_usage(result.usage.get(name)) for name in _PROCESSES)
            table.add_row(result.scenario, *used, f"{result.other_cores:.2f}")
    return table


def _print(line: str, console: Console) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def show(results: Sequence[Result], machine: Machine, console: Console) -> None:
    facts = (machine.system, machine.processor, f"{machine.cores} cores", f"{machine.memory_mb} MB")
    versions = (f"Python {machine.python}", f"PostgreSQL {machine.postgres}")
    _print(", ".join((*facts, *versions)), console)
    console.print(request_table(results))
    console.print(process_table(results))
    for result in results:
        for note in (*result.notes, *([f"FAILED: {result.failure}"] if result.failure else [])):
            _print(f"{result.scenario}: {note}", console)


def as_json(results: Sequence[Result], machine: Machine, options: Options, postgres_settings: dict[str, str]) -> bytes:
    parameters = dataclasses.asdict(options) | {"postgres_settings": postgres_settings}
    del parameters["json_file"]
    whole = {"machine": machine, "parameters": parameters, "results": list(results)}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"
