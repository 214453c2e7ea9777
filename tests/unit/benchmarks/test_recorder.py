import pytest

from benchmarks.recorder import Recorder


def test_latency_runs_from_when_a_request_was_due() -> None:
    recorder = Recorder(name="accept", since=10)
    recorder.succeeded(due=10, now=10.25)

    outcome = recorder.outcome(offered_rps=1, seconds=1)

    assert outcome.latency is not None
    assert outcome.latency.p50_ms == outcome.latency.max_ms == 250


def test_what_was_due_in_the_warm_up_is_left_out() -> None:
    recorder = Recorder(name="accept", since=10)
    recorder.succeeded(due=9.9, now=10.1)
    recorder.failed(due=9.9, kind="timeout")

    assert recorder.counts == (0, 0)


@pytest.mark.parametrize(("last", "achieved"), [(1.0, 10), (4.0, 5)])
def test_a_queue_worked_off_late_lowers_the_rate_achieved(last: float, achieved: float) -> None:
    recorder = Recorder(name="accept", since=0)
    for number in range(20):
        recorder.succeeded(due=number / 10, now=last)

    assert recorder.outcome(offered_rps=10, seconds=2).achieved_rps == achieved
