import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

QUIET_SECONDS = 2.0
_MEGABYTE = 1_000_000


@contextmanager
def moving(what: str) -> Iterator[Callable[[int], None]]:
    """Says on the error output how many bytes were moved, once it takes long enough to be wondered about."""
    started, moved, shown = time.monotonic(), 0, False

    with Console(stderr=True).status("") as status:
        status.stop()

        def told(size: int) -> None:
            nonlocal moved, shown
            moved += size
            if time.monotonic() - started > QUIET_SECONDS:
                status.update(f"{what}: {moved // _MEGABYTE} MB …")
                if not shown:
                    status.start()
                    shown = True

        yield told


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Says on the error output how many are done, once it takes long enough to be wondered about."""
    started, done = time.monotonic(), 0

    with Console(stderr=True).status("") as status:
        status.stop()

        def told() -> None:
            nonlocal done
            done += 1
            if time.monotonic() - started > QUIET_SECONDS:
                status.update(f"{done} of {total} {what} …")
                status.start()

        yield told
