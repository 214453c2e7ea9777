"""`evaluate --provider groq` against the stand-in for the model: each a process, over real sockets."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from entrypoints.bootstrap.shipped import shipped_examples
from tests.end_to_end.program import Program

SOME = 6
ASK = ("evaluate", "--provider", "groq", "--file", "some.jsonl", "--json", "figures.json")


@pytest.fixture
def asking(embedded: Program, directory: Path) -> Program:
    """It knows a stand-in, and some of the labelled conversations."""
    labelled = (shipped_examples() / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    (directory / "some.jsonl").write_text("\n".join(labelled[:SOME]), encoding="utf-8")
    started = embedded.start("fake-services", "--memory-port", "0", "--llm-port", "0")
    started.wait_for("Stand-ins for both services are up")
    told = dict(re.findall(r"^(\w+)=(.*)$", started.output(), re.MULTILINE))
    return replace(embedded, settings={**embedded.settings, **told})


def test_groq_is_measured_as_the_rules_are(asking: Program, directory: Path) -> None:
    """The stand-in knows what the rules know: so whatever differs was lost on the way to the model and back."""
    measured = asking.run(*ASK, PYTHONWARNINGS="always::ResourceWarning")  # said of a connection that nobody closed
    figures = _figures(directory)
    rules = asking.run("evaluate", "--file", "some.jsonl", "--json", "figures.json")

    assert (measured.code, rules.code) == (0, 0), measured.err
    assert (figures["provider"], figures["all"]["conversations"], figures["all"]["unanswered"]) == ("groq", SOME, 0)
    assert figures["all"] == _figures(directory)["all"]
    assert _calls(asking)["kinds"] == {"user_initiated_questions": SOME, "session_emotion": SOME}
    assert "ResourceWarning" not in measured.err


def test_a_model_that_sometimes_talks_nonsense_is_not_better_for_it(asking: Program, directory: Path) -> None:
    _behave(asking, fault="malformed", share=0.4)

    measured = asking.run(*ASK)

    figures = _figures(directory)["all"]
    unheard = sum(row["unanswered"] for row in figures["confusion"].values())
    assert measured.code == 1
    assert 0 < figures["unanswered"] < SOME
    assert 0 < unheard <= figures["unanswered"]
    assert figures["exact_match"] < 1
    assert f"{figures['unanswered']} of {SOME} conversations lack an answer" in measured.err


def test_a_key_that_is_refused_is_told_and_leaves_no_good_figure(asking: Program, directory: Path) -> None:
    _behave(asking, required_key="another")

    measured = asking.run(*ASK)

    figures = _figures(directory)["all"]
    assert measured.code == 3
    assert (figures["exact_match"], figures["macro_f1"], figures["unanswered"]) == (0, 0, SOME)
    assert figures["mean_absolute_error"] is None
    assert f"{2 * SOME} × groq" in measured.err


def test_without_a_key_nobody_is_asked(asking: Program) -> None:
    refused = asking.run(*ASK, GROQ_API_KEY="")

    assert (refused.code, refused.out) == (2, "")
    assert "GROQ_API_KEY: needed" in refused.err


def _figures(directory: Path) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads((directory / "figures.json").read_text(encoding="utf-8"))
    return figures


def _behave(asking: Program, **behaviour: object) -> None:
    model = asking.settings["GROQ_BASE_URL"]
    httpx.put(f"{model}/control/behaviour", json=behaviour).raise_for_status()


def _calls(asking: Program) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(f"{asking.settings['GROQ_BASE_URL']}/control/calls").raise_for_status().json()
    return told
