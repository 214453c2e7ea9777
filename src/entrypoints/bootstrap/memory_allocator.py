import ctypes
from contextlib import suppress

# mallopt(3). Once a large block was freed, glibc keeps room for its like between the small ones, up to 32 MB each, and
# whatever lives long beside it pins that room. With a threshold of its own it gives large blocks back one by one.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGE_BYTES = 256 * 1024
KEPT_AT_THE_TOP_BYTES = 1024 * 1024


def settle_memory_allocator() -> None:
    """Large logs come and go: their memory goes back to the system. Other C libraries than glibc do so anyway."""
    with suppress(AttributeError, OSError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_AT_THE_TOP_BYTES)
