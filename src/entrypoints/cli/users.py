from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from domain.erasure import ErasureReceipt
from domain.identifiers import UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.container import Container
from entrypoints.cli.audited import audited
from entrypoints.cli.erasure_list import Erasures, InvalidList, listed, logged
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.progress import counting
from entrypoints.cli.values import Moment

STANDARD_INPUT = "<stdin>"
List = click.File(encoding="utf-8")


@click.group()
def users() -> None:
    """Work with what is known about children."""


@users.command()
@click.argument("user", required=False)
@click.option("--from", "ids", type=List, help="Erase all of a file instead: one id a line; - is standard input.")
@click.option("--from-log", "log", type=List, help="Erase again all whose erasure a log of the service tells of.")
@click.option("--since", type=Moment(), help="With --from-log: those erased at this moment or later.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@data_option
def erase(
    user: str | None,
    ids: TextIO | None,
    log: TextIO | None,
    since: datetime | None,
    data: Path | None,
    *,
    yes: bool,
) -> None:
    """Erase everything about USER, or about many. It cannot be taken back.

    A list that broke off can be given again, all of it. After a restore, --from-log erases again who was erased since
    the backup, each as of then.
    """
    if sum(given is not None for given in (user, ids, log)) != 1:
        raise click.UsageError("Name one USER, or a list: --from or --from-log.")
    if (log is None) != (since is None):
        raise click.UsageError("--from-log and --since go together: who came back since must not be erased again.")
    if user is not None:
        _erase_one(UserId(user), data, yes=yes)
    elif reading := ids or log:
        _erase_all(_read(reading, since), data, yes=yes, asked_on=reading)


def _erase_one(user_id: UserId, data: Path | None, *, yes: bool) -> None:
    if not yes:
        click.confirm(f"Erase everything about {user_id}? It cannot be taken back.", abort=True)

    async def act(container: Container) -> None:
        _tell(await _erased(container, user_id, None))

    on_database(data, act)


def _erase_all(erasures: Erasures, data: Path | None, *, yes: bool, asked_on: TextIO) -> None:
    if not yes and asked_on.name == STANDARD_INPUT:
        raise click.UsageError("A list from standard input needs --yes: nobody can be asked.")
    if not yes:
        click.confirm(f"Erase everything about {len(erasures)} users? It cannot be taken back.", abort=True)
    receipts: list[ErasureReceipt] = []

    async def act(container: Container) -> None:
        with counting("users erased", len(erasures)) as told:
            for user_id, erased_at in erasures.items():
                receipts.append(await _erased(container, user_id, erased_at))
                told()

    try:
        on_database(data, act)
    finally:
        _tell_all(receipts, of=len(erasures))


async def _erased(container: Container, user_id: UserId, as_of: datetime | None) -> ErasureReceipt:
    with audited(Operation.ERASE_USER, user_id=user_id) as add:
        receipt = await container.erase_user()(user_id, as_of=as_of)
        add(erased_at=receipt.erased_at.isoformat())
    return receipt


def _read(reading: TextIO, since: datetime | None) -> Erasures:
    try:
        return listed(reading) if since is None else logged(reading, since=since)
    except InvalidList as error:
        raise click.UsageError(f"{reading.name}: {error}.") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{reading.name}: not UTF-8.") from None


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


def _tell_all(receipts: list[ErasureReceipt], *, of: int) -> None:
    friendships = sum(receipt.numbers.friendship for receipt in receipts)
    events = sum(receipt.numbers.events for receipt in receipts)
    click.echo(f"Erased {len(receipts)} of {of} users: {friendships} friendships, {events} events.")
    if pending := sum(receipt.logs_pending for receipt in receipts):
        click.echo(f"{pending} logs are still in their store; the consumers delete them when it answers.")
    if len(receipts) < of:
        click.echo("Give the same list again: it is safe, and goes on.", err=True)
