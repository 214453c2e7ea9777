"""The canary is judged by what Prometheus says, asked over HTTP; nothing but a clear yes promotes it."""

from dataclasses import replace

import pytest

from delivery.canary.__main__ import main
from delivery.canary.verdict import Outcome, Traffic
from tests.unit.delivery.fake_prometheus import FakePrometheus, Versions, serving

CANARY, STABLE = 'service="pika-canary"', 'service="pika"'
GOOD = Traffic(requests=1_000, errors=1, p99=0.120)
SERVED = Traffic(requests=9_000, errors=9, p99=0.118)
HEALTHY: Versions = {CANARY: GOOD, STABLE: SERVED}


def _judged(prometheus: FakePrometheus, *more: str, looks: int = 1) -> int:
    with serving(prometheus):
        versions = ("--canary", CANARY, "--stable", STABLE)
        return main(["--prometheus", prometheus.url, *versions, "--looks", str(looks), "--pause", "0", *more])


def _canary(**changes: float) -> FakePrometheus:
    return FakePrometheus(looks=[{CANARY: replace(GOOD, **changes), STABLE: SERVED}])


def test_only_one_exit_code_promotes() -> None:
    assert {outcome.name: int(outcome) for outcome in Outcome} == {"PROMOTE": 0, "ROLL_BACK": 1, "UNDECIDED": 2}


def test_a_healthy_canary_is_promoted(capsys: pytest.CaptureFixture[str]) -> None:
    assert _judged(FakePrometheus(looks=[HEALTHY])) == Outcome.PROMOTE
    assert capsys.readouterr().out.endswith("canary: PROMOTE\n")


@pytest.mark.parametrize(
    ("worse", "told"),
    [
        ({"errors": 10}, "errors: 1.00% of 1000, stable 0.10% of 9000: worse"),
        ({"p99": 0.250}, "p99: 250 ms, stable 118 ms: worse"),
    ],
    ids=["more errors", "slower"],
)
def test_a_worse_canary_is_rolled_back_with_the_reason(
    worse: dict[str, float], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _judged(_canary(**worse)) == Outcome.ROLL_BACK
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    "tolerable", [{"errors": 5}, {"p99": 0.145}, {"errors": 0, "p99": 0.010}], ids=["errors", "p99", "better"]
)
def test_what_is_within_the_tolerances_is_promoted(tolerable: dict[str, float]) -> None:
    assert _judged(_canary(**tolerable)) == Outcome.PROMOTE


def test_a_few_milliseconds_are_nobody_s_concern() -> None:
    quick: Versions = {CANARY: replace(GOOD, p99=0.009), STABLE: replace(SERVED, p99=0.006)}

    assert _judged(FakePrometheus(looks=[quick])) == Outcome.PROMOTE


def test_a_canary_that_is_as_bad_as_the_stable_version_is_not_the_cause() -> None:
    bad: Versions = {CANARY: replace(GOOD, errors=51, p99=2.0), STABLE: replace(SERVED, errors=450, p99=2.1)}

    assert _judged(FakePrometheus(looks=[bad])) == Outcome.PROMOTE


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ({CANARY: replace(GOOD, requests=499), STABLE: SERVED}, "the canary version answered 499, 500 are needed"),
        ({CANARY: GOOD, STABLE: replace(SERVED, requests=20)}, "the stable version answered 20"),
        ({STABLE: SERVED}, "the canary version answered 0"),
        ({}, "the stable version answered 0"),
        ({CANARY: replace(GOOD, p99=None), STABLE: SERVED}, "no durations"),
        # Too few to judge: one error in forty says as little as none.
        ({CANARY: Traffic(requests=40, errors=40, p99=9.0), STABLE: SERVED}, "too few requests"),
    ],
    ids=["canary", "stable", "no canary", "neither", "no durations", "few, and bad"],
)
def test_too_little_to_judge_promotes_nothing(
    versions: Versions, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _judged(FakePrometheus(looks=[versions])) == Outcome.UNDECIDED
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ((503, b"starting"), "Prometheus answered 503"),
        ((200, b"<html>"), "Prometheus did not answer"),
        ((200, b'{"status": "success"}'), "something else than samples"),
        ((200, b"[]"), "something else than samples"),
    ],
    ids=["not ready", "a proxy's page", "no data", "another program"],
)
def test_a_prometheus_that_talks_nonsense_promotes_nothing(
    broken: tuple[int, bytes], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _judged(FakePrometheus(looks=[HEALTHY], broken=broken)) == Outcome.UNDECIDED
    assert told in capsys.readouterr().out


def test_a_prometheus_that_is_away_promotes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(FakePrometheus(looks=[HEALTHY])) as gone:
        url = gone.url
    looks = ["--prometheus", url, "--canary", CANARY, "--stable", STABLE, "--looks", "2", "--pause", "0"]

    assert main(looks) == Outcome.UNDECIDED
    assert "look 2 of 2: UNDECIDED: Prometheus did not answer" in capsys.readouterr().out


def test_a_bad_canary_is_taken_back_at_the_first_look_that_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    bad: Versions = {CANARY: replace(GOOD, errors=200), STABLE: SERVED}

    assert _judged(FakePrometheus(looks=[HEALTHY, bad, HEALTHY]), looks=5) == Outcome.ROLL_BACK
    assert "look 3" not in capsys.readouterr().out


def test_a_canary_that_gets_its_requests_later_is_judged_at_the_last_look() -> None:
    early: Versions = {CANARY: replace(GOOD, requests=30), STABLE: SERVED}

    assert _judged(FakePrometheus(looks=[early, early, HEALTHY]), looks=3) == Outcome.PROMOTE
    assert _judged(FakePrometheus(looks=[HEALTHY, early]), looks=2) == Outcome.UNDECIDED


def test_how_many_requests_are_enough_can_be_told() -> None:
    versions: Versions = {CANARY: replace(GOOD, requests=60, errors=0), STABLE: SERVED}

    assert _judged(FakePrometheus(looks=[versions]), "--fewest-requests", "50") == Outcome.PROMOTE


def test_the_token_is_sent_to_a_prometheus_that_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_TOKEN", "watcher")

    assert _judged(FakePrometheus(looks=[HEALTHY], token="watcher")) == Outcome.PROMOTE
    assert _judged(FakePrometheus(looks=[HEALTHY], token="other")) == Outcome.UNDECIDED


def test_an_address_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["--prometheus", "file:///etc/passwd", "--canary", CANARY, "--stable", STABLE])

    assert refused.value.code == 2
    assert "begins with http" in capsys.readouterr().err
