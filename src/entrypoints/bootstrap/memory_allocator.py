import asyncio
import ctypes
from datetime import timedelta

# mallopt(3). Once a large block was freed, glibc keeps room for its like between the small ones, up to 32 MB each, and
# whatever lives long beside it pins that room. With a threshold of its own it gives large blocks back one by one.
M_MMAP_THRESHOLD = -3
LARGE_BYTES = 256 * 1024
TRIM_EVERY = timedelta(seconds=30)

_libc = ctypes.CDLL(None)
# Other C libraries have neither, and hoard less.
_mallopt = getattr(_libc, "mallopt", None)
_malloc_trim = getattr(_libc, "malloc_trim", None)


def settle_memory_allocator() -> None:
    """From now on the memory of a large block goes back to the system when it is freed."""
    if _mallopt is not None:
        _mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


async def trim_memory(every: timedelta = TRIM_EVERY) -> None:
    """Gives back the pages that many small blocks have left empty; some milliseconds, outside the event loop."""
    while _malloc_trim is not None:
        await asyncio.sleep(every.total_seconds())
        await asyncio.to_thread(_malloc_trim, 0)
    await asyncio.Event().wait()
