import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from entrypoints.bootstrap.logging import configure_logging

SAID = "I am afraid of the dark"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers = logging.root.handlers[:]
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers


def test_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    structlog.get_logger("test").info("event handled", event_id=7)

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["event_id"], line["level"]) == ("event handled", 7, "info")
    assert line["timestamp"].endswith("Z")


def test_what_is_not_severe_enough_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("WARNING")

    structlog.get_logger("test").info("event handled")

    assert capsys.readouterr().err == ""


def test_a_traceback_does_not_tell_what_a_child_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO")

    try:
        _fails_with(SAID)
    except ValueError:
        structlog.get_logger("test").exception("failed")

    told = capsys.readouterr().err
    assert "_fails_with" in told
    assert SAID not in told


def _fails_with(said: str) -> None:
    kept = [said]
    raise ValueError(f"{len(kept)} line")
