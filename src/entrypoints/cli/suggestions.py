from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.table import Table

from application.ports.offers import AgentUse
from entrypoints.bootstrap.container import Container
from entrypoints.cli.console import console
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.values import Moment

LATELY = timedelta(days=7)


@click.group()
def suggestions() -> None:
    """Look into what was suggested."""


@suggestions.command()
@click.option("--since", type=Moment(), help="Suggested at this moment or later.  [default: the last seven days]")
@data_option
def report(since: datetime | None, data: Path | None) -> None:
    """Tell how often each agent was offered, how often it was taken, and what change followed."""

    async def act(container: Container) -> None:
        uses = await container.report_offers()(since=since or container.clock().now() - LATELY)
        console().print(_table(uses))
        click.echo(f"{len(uses)} agents, offered {sum(use.offered for use in uses)} times.")

    on_database(data, act)


def _table(uses: Sequence[AgentUse]) -> Table:
    table = Table("agent", "offered", "taken", "taken %", "change", "change each")
    for use in uses:
        each = f"{use.change / use.taken:+.1f}" if use.taken else ""
        share = f"{100 * use.taken / use.offered:.0f}"
        table.add_row(use.agent_id, str(use.offered), str(use.taken), share, f"{use.change:+g}", each)
    return table
