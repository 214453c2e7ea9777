"""What commands that work on the data have in common: the configured database, or the embedded one."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from application.errors import DependencyUnavailable
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.database import running_database
from entrypoints.cli.exit_codes import REFUSALS, ExitCode
from entrypoints.cli.startup import run, started_with

data_option = click.option("--data", type=click.Path(path_type=Path), help="Directory of the embedded database.")


def on_database(data: Path | None, act: Callable[[Container], Awaitable[None]]) -> None:
    """The one table of these commands: what an exception means as an exit code."""
    try:
        settings = started_with()
        with running_database(settings, data) as url:
            run(_acting(Container(settings=settings, database_url=url), act))
    except DependencyUnavailable as error:
        click.echo(f"{error}.", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None
    except REFUSALS as error:
        click.echo(str(error), err=True)
        raise SystemExit(ExitCode.NO) from None


async def _acting(container: Container, act: Callable[[Container], Awaitable[None]]) -> None:
    try:
        await act(container)
    finally:
        await container.engine().dispose()
