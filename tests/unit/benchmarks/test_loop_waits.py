from benchmarks.loop_waits import LoopWaits

EARLIER = """
event_loop_stall_seconds_bucket{le="0.01"} 90.0
event_loop_stall_seconds_bucket{le="0.025"} 100.0
event_loop_stall_seconds_bucket{le="+Inf"} 100.0
event_loop_stall_seconds_count 100.0
"""
LATER = """
event_loop_stall_seconds_bucket{le="0.01"} 188.0
event_loop_stall_seconds_bucket{le="0.025"} 200.0
event_loop_stall_seconds_bucket{le="+Inf"} 200.0
"""


def test_only_the_waits_of_the_measured_time_count() -> None:
    told = str(LoopWaits.read(LATER).since(LoopWaits.read(EARLIER)))

    assert told == "serve: 98.00% of waits for the event loop within 10 ms, p99 at most 25 ms"
