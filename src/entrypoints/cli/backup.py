from datetime import timedelta
from pathlib import Path

import click

from application.ports.backup_shelf import BackupShelf
from application.use_cases.back_up_database import BackUpDatabase
from application.use_cases.copy_backup import CopyBackup
from application.use_cases.forget_old_backups import ForgetOldBackups
from application.use_cases.restore_database import RestoreDatabase
from domain.backup import Backup
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.build_backups import directory_shelf
from entrypoints.bootstrap.container import Container
from entrypoints.cli.audited import audited
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.ledger import ledger_is_right
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.progress import moving

Directory = click.Path(path_type=Path, exists=True, file_okay=False)
KEPT = 30
ERASING = timedelta(minutes=5)
"""More than an erasure takes: one that began before a backup may be in it or not."""


@click.command()
@click.option("--to", "directory", type=Directory, required=True, help="Directory of backups; it must exist.")
@click.option("--keep", type=click.IntRange(1), default=KEPT, show_default=True, help="How many backups are kept.")
@click.option("--upload", is_flag=True, help="Also into the object store of LOG_STORE_URL, which keeps as many.")
@data_option
def backup(directory: Path, keep: int, data: Path | None, *, upload: bool) -> None:
    """Back up the database while it is used. Logs in a file: or s3: store are not in it."""

    async def act(container: Container) -> None:
        remote = _remote(container) if upload else None
        with audited(Operation.BACK_UP) as add, moving("dumped") as told:
            shelf = directory_shelf(directory, told)
            taken = await BackUpDatabase(
                dumps=container.dumps(), shelf=shelf, clock=container.clock(), version=container.version()
            )()
            add(backup=taken.name)
        _tell_taken(taken, directory)
        await _forget(shelf, keep)
        if remote is not None:
            with moving("uploaded") as told:
                await CopyBackup(source=directory_shelf(directory, told), destination=remote)(taken.name)
            click.echo("Uploaded.")
            await _forget(remote, keep)

    on_database(data, act)


@click.command()
@click.argument("name", required=False)
@click.option("--from", "directory", type=Directory, required=True, help="Directory of backups.")
@click.option("--download", is_flag=True, help="First from the object store of LOG_STORE_URL into that directory.")
@click.option("--replace", is_flag=True, help="Overwrite a database that is not empty.")
@click.option("--verify/--no-verify", default=True, show_default=True, help="Compare all scores with the ledger.")
@data_option
def restore(
    name: str | None, directory: Path, data: Path | None, *, download: bool, replace: bool, verify: bool
) -> None:
    """Restore the backup NAME, by default the newest; all of it, or nothing is changed.

    Stop serve and consume first. The schema is then brought up to this version.
    """
    verdicts: list[bool] = []

    async def act(container: Container) -> None:
        chosen = name
        if download:
            with moving("downloaded") as told:
                destination = directory_shelf(directory, told)
                chosen = await CopyBackup(source=_remote(container), destination=destination)(name)
        with audited(Operation.RESTORE_BACKUP, backup=chosen) as add, moving("read") as told:
            shelf = directory_shelf(directory, told)
            restored = await RestoreDatabase(dumps=container.dumps(), shelf=shelf)(chosen, replace=replace)
            add(backup=restored.name)
        _tell_restored(restored)
        if verify:
            verdicts.append(await ledger_is_right(container))

    on_database(data, act)
    if not all(verdicts):
        raise SystemExit(ExitCode.NO)


def _remote(container: Container) -> BackupShelf:
    remote = container.remote_backups()
    if remote is None:
        raise click.UsageError("LOG_STORE_URL names no object store (s3: or file:).")
    return remote


async def _forget(shelf: BackupShelf, keep: int) -> None:
    for name in await ForgetOldBackups(shelf=shelf)(keep=keep):
        click.echo(f"Removed {name}.")


def _tell_taken(taken: Backup, directory: Path) -> None:
    rows = sum(taken.contents.rows.values())
    click.echo(f"{directory / taken.name}.dump: {rows} rows, {taken.size_bytes} bytes, sha256 {taken.sha256}.")
    _tell_logs_elsewhere(taken, "are not in it: back that store up, too")


def _tell_restored(restored: Backup) -> None:
    rows = sum(restored.contents.rows.values())
    click.echo(f"Restored {restored.name}: {rows} rows as of {restored.taken_at.isoformat(timespec='seconds')}.")
    _tell_logs_elsewhere(restored, "were not in it and must still be there")
    since = (restored.taken_at - ERASING).isoformat(timespec="seconds")
    click.echo(f"Who was erased since is back. Erase them again: users erase --from-log LOG --since {since}")


def _tell_logs_elsewhere(of: Backup, what: str) -> None:
    for kind, number in of.contents.logs_elsewhere.items():
        click.echo(f"{number} logs in {kind}: {what}.")
