import time
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from application.paging import PageNumber
from application.ports.ledger import LedgerCheck
from domain.identifiers import UserId
from domain.ledger_check import LedgerDifference
from entrypoints.bootstrap.container import Container
from entrypoints.cli.console import console
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.progress import QUIET_SECONDS

# Nobody reads more; the number of all is told.
MOST_ROWS = 100


@click.group()
def ledger() -> None:
    """Look into the ledger of score changes."""


@ledger.command()
@data_option
def verify(data: Path | None) -> None:
    """Check that every friendship and every topic is the sum of its ledger. Exits with 1 if not."""
    verdicts: list[bool] = []

    async def act(container: Container) -> None:
        verdicts.append(await ledger_is_right(container))

    on_database(data, act)
    if not all(verdicts):
        raise SystemExit(ExitCode.NO)


@ledger.command()
@click.argument("user")
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--page-size", type=click.IntRange(1, 1000), default=50, show_default=True)
@data_option
def show(user: str, page: int, page_size: int, data: Path | None) -> None:
    """List the score changes of USER, newest first."""

    async def act(container: Container) -> None:
        found = await container.show_ledger()(UserId(user), PageNumber(page=page, size=page_size))
        table = Table("when", "conversation", "revision", "change", "topic", "turns", "reason", "rules")
        for entry in found.items:
            table.add_row(
                entry.created_at.isoformat(timespec="seconds"),
                entry.conversation_id,
                str(entry.revision),
                f"{entry.change:+g}",
                entry.topic_id or "",
                str(entry.turns),
                entry.reason,
                entry.rules_version,
            )
        console().print(table)
        click.echo(f"Page {page} of {found.total_pages}, {found.total} entries.")

    on_database(data, act)


async def ledger_is_right(container: Container) -> bool:
    """Says so, or shows what differs."""
    found: list[LedgerDifference] = []
    counted = [0, 0, 0]
    async for check in _with_progress(container.verify_ledger()()):
        found.extend(islice(check.differences, MOST_ROWS - len(found)))
        counted[:] = _added(counted, check)
    users, entries, differences = counted
    if differences:
        _show_differences(found, differences)
        return False
    click.echo(f"The ledger is right: {users} users, {entries} entries.")
    return True


def _added(counted: list[int], check: LedgerCheck) -> list[int]:
    users, entries, differences = counted
    return [users + check.users, entries + check.entries, differences + len(check.differences)]


async def _with_progress(checks: AsyncIterator[LedgerCheck]) -> AsyncIterator[LedgerCheck]:
    """Says on the error output how far it is, once it takes long enough to be wondered about."""
    started, users, entries = time.monotonic(), 0, 0
    with Console(stderr=True).status("") as status:
        status.stop()
        async for check in checks:
            users, entries = users + check.users, entries + check.entries
            if time.monotonic() - started > QUIET_SECONDS:
                status.update(f"{users} users, {entries} entries checked …")
                status.start()
            yield check


def _show_differences(found: Sequence[LedgerDifference], total: int) -> None:
    table = Table("user", "topic", "what", "by the ledger", "found")
    for difference in found:
        table.add_row(
            difference.user_id,
            difference.topic_id or "",
            difference.quantity,
            f"{difference.expected:g}",
            f"{difference.found:g}",
        )
    console().print(table)
    more = f", the first {len(found)} of them above" if total > len(found) else ""
    click.echo(f"{total} differences{more}.")
