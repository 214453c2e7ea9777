from pathlib import Path

import click

from domain.erasure import ErasureReceipt
from domain.identifiers import UserId
from entrypoints.bootstrap.container import Container
from entrypoints.cli.on_database import data_option, on_database


@click.group()
def users() -> None:
    """Work with what is known about children."""


@users.command()
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def erase(user: str, data: Path | None, *, yes: bool) -> None:
    """Erase everything about USER. It cannot be taken back."""
    if not yes:
        click.confirm(f"Erase everything about {user}? It cannot be taken back.", abort=True)

    async def act(container: Container) -> None:
        _tell(await container.erase_user()(UserId(user)))

    on_database(data, act)


def _tell(receipt: ErasureReceipt) -> None:
    numbers = receipt.numbers
    click.echo(f"Erased {receipt.user_id} as of {receipt.erased_at.isoformat(timespec='seconds')}:")
    for what, number in (
        ("events", numbers.events),
        ("attempts", numbers.attempts),
        ("ledger entries", numbers.ledger_entries),
        ("topics", numbers.topics),
        ("logs", numbers.logs),
        ("suggestions", numbers.suggestions),
        ("friendship", numbers.friendship),
    ):
        click.echo(f"  {what:15} {number}")
    if receipt.logs_pending:
        click.echo(
            f"  {receipt.logs_pending} logs are still in their store; the consumers delete them when it answers."
        )
