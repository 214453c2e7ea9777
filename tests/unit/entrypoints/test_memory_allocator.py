import subprocess
import sys

# Large logs are decoded beside small objects that live on; then the logs go.
PROGRAM = """
import psutil
from entrypoints.bootstrap.memory_allocator import settle_memory_allocator

if {settled}:
    settle_memory_allocator()
own, kept = psutil.Process(), []
before = own.memory_info().rss
for _ in range(5):
    large = []
    for _ in range(20):
        large.append(b"x" * 3_000_000)
        kept.append(bytearray(60_000))
    del large
kept_bytes = sum(map(len, kept))
print(own.memory_info().rss - before - kept_bytes)
"""


def _kept_bytes(*, settled: bool) -> int:
    program = PROGRAM.format(settled=settled)
    return int(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)


def test_the_memory_of_large_logs_goes_back_to_the_system() -> None:
    assert _kept_bytes(settled=True) < 3_000_000
