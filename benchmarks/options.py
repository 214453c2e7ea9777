import argparse
import math
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.scenarios import SCENARIO_NAMES

PROGRAM = str(Path(sys.executable).parent / "context-handling")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``program`` is the service's command line, to which ``migrate``, ``serve`` and ``consume`` are appended."""

    seconds: float
    rate: float
    clients: int
    seed: int | None
    only: tuple[str, ...]
    json_file: Path | None
    program: tuple[str, ...]
    with_rabbitmq: bool


def _positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measures the service beside its floor.",
        epilog="By themselves: python -m benchmarks.pure_suggestion, benchmarks.ledger_and_erasure.",
    )
    add = parser.add_argument
    add("--duration", type=_positive, default=20, help="seconds measured per scenario (default: %(default)s)")
    add("--rate", type=_positive, default=500, help="accepted conversations a second (default: %(default)s)")
    add("--clients", type=_count, default=64, help="connections of the generator (default: %(default)s)")
    add("--seed", type=int, help="Poisson arrivals from this seed instead of a fixed rate")
    add("--only", action="append", default=[], choices=SCENARIO_NAMES, help="run this scenario (repeatable)")
    add("--json", type=Path, metavar="FILE", help="write everything that was measured to this file")
    add("--program", type=shlex.split, default=[PROGRAM], help="command line of the service to measure")
    add("--no-rabbitmq", action="store_true", help="leave out RabbitMQ and the consumer")
    return parser


def parse(arguments: Sequence[str]) -> Options:
    given = _parser().parse_args(arguments)
    return Options(
        seconds=given.duration,
        rate=given.rate,
        clients=given.clients,
        seed=given.seed,
        only=tuple(given.only),
        json_file=given.json,
        program=tuple(given.program),
        with_rabbitmq=not given.no_rabbitmq,
    )
