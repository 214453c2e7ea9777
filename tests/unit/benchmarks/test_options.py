from pathlib import Path

import pytest

from benchmarks.options import parse
from benchmarks.scenarios import SCENARIO_NAMES


def test_without_arguments_everything_runs() -> None:
    options = parse([])

    assert (options.seconds, options.rate, options.clients, options.only) == (20, 500, 64, ())
    assert options.program[0].endswith("context-handling")


def test_arguments_are_taken() -> None:
    options = parse(
        ["--only", "suggest", "--only", "accept-soak", "--json", "out.json", "--program", "python -m other"]
    )

    assert options.only == ("suggest", "accept-soak")
    assert options.json_file == Path("out.json")
    assert options.program == ("python", "-m", "other")


@pytest.mark.parametrize("arguments", [["--rate", "0"], ["--duration", "nan"], ["--clients", "0"], ["--only", "x"]])
def test_nonsense_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)


def test_the_names_of_scenarios_are_unique() -> None:
    assert len(set(SCENARIO_NAMES)) == len(SCENARIO_NAMES)
