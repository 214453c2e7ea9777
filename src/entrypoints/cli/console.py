import sys

from rich.console import Console

WIDTH = 180


def console() -> Console:
    """As wide as the terminal; wide enough for ids where the output goes into a file or a pipe."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)
