import signal
import sys
from collections.abc import Sequence
from types import FrameType

from rich.console import Console

from benchmarks.database import server_version
from benchmarks.errors import CannotRun
from benchmarks.machine import Machine, this_machine
from benchmarks.options import Options, parse
from benchmarks.progress import ProgressDisplay
from benchmarks.report import as_json, show
from benchmarks.results import Result
from benchmarks.scenarios import Scenario, scenarios
from benchmarks.stage import POSTGRES_SETTINGS, stage

_FAILED = 1
_INTERRUPTED = 130
# Columns of a table that goes to a file.
_KEPT_WIDTH = 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _chosen(options: Options) -> list[Scenario]:
    return [scenario for scenario in scenarios(options.rate) if not options.only or scenario.name in options.only]


def _run(options: Options, display: ProgressDisplay) -> tuple[list[Result], Machine]:
    chosen = _chosen(options)
    with stage(options, chosen, display) as bench:
        machine = this_machine(server_version(bench.postgres_url))
        return [bench.run(scenario) for scenario in chosen], machine


def _report(options: Options, results: list[Result], machine: Machine) -> int:
    show(results, machine, Console(width=None if sys.stdout.isatty() else _KEPT_WIDTH))
    if options.json_file is not None:
        options.json_file.write_bytes(as_json(results, machine, options, POSTGRES_SETTINGS))
    return _FAILED if any(result.failure for result in results) else 0


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    display = ProgressDisplay(Console(stderr=True))
    # A polite stop leaves through the same doors as Ctrl-C, which stop what was started.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        results, machine = _run(options, display)
    except CannotRun as error:
        display.say(f"cannot run: {error}")
        return _FAILED
    except KeyboardInterrupt:
        display.say("interrupted; everything that was started is stopped")
        return _INTERRUPTED
    return _report(options, results, machine)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
