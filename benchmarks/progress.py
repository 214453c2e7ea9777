from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.measure import Watcher
from benchmarks.messages import Tick


class ProgressDisplay:
    """A bar where somebody watches, one line a scenario where output is kept."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def watching(self, name: str, seconds: float) -> Iterator[Watcher]:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"),
        )
        # No refreshing thread: it would take time from what is measured.
        shown = Progress(
            *columns,
            console=self._console,
            auto_refresh=False,
            transient=True,
            disable=not self._console.is_terminal,
        )
        task = shown.add_task(name, total=seconds, told="")

        def watch(tick: Tick) -> None:
            told = f"{tick.finished} answered, {tick.failed} failed, {tick.waiting} waiting"
            shown.update(task, completed=tick.seconds, told=told, refresh=True)

        with shown:
            yield watch
