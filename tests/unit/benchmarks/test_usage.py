import os

from benchmarks.usage import TreeMeter


def test_work_shows_as_cores_and_memory() -> None:
    meter = TreeMeter(os.getpid())
    meter.begin()
    spent_before = sum(os.times()[:2])
    while sum(os.times()[:2]) - spent_before < 0.2:
        pass
    meter.sample()

    usage = meter.usage(seconds=1)

    assert 0.15 <= usage.cpu_cores <= 0.5
    assert usage.peak_rss_mb >= usage.rss_mb > 1


def test_a_process_that_is_gone_used_nothing() -> None:
    meter = TreeMeter(2**22 + 1)
    meter.begin()
    meter.sample()

    assert meter.usage(seconds=1).cpu_cores == 0
