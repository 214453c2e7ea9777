from datetime import UTC, tzinfo
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from application.ports.imports import ImportPart, ImportProgress
from application.ports.legacy_source import LegacyTable
from application.use_cases.import_legacy import TABLES, ImportLegacy, ImportLegacyCommand
from domain.local_time import HO_CHI_MINH
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.legacy import importing_legacy
from entrypoints.cli.audited import audited
from entrypoints.cli.import_report import show_report
from entrypoints.cli.on_database import data_option, on_database

ZONES: dict[str, tzinfo] = {"utc": UTC, "vietnam": HO_CHI_MINH}
SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")


class DatabaseUrl(click.ParamType[str]):
    name = "database_url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not str(value).startswith(SCHEMES):
            self.fail("it must look like postgresql://user:password@host:5432/database", param, ctx)
        return str(value)


@click.command("import-legacy")
@click.argument("database_url", type=DatabaseUrl())
@click.option("--dry-run", is_flag=True, help="Read everything, tell what would be done, and keep nothing.")
@click.option(
    "--times",
    type=click.Choice(list(ZONES)),
    default="utc",
    show_default=True,
    help="What times without a zone mean.",
)
@data_option
def import_legacy(database_url: str, times: str, data: Path | None, *, dry_run: bool) -> None:
    """Copy catalogue, friendships and conversations from the first implementation at DATABASE_URL.

    Stop the first implementation before. An import that was cut off goes on where it stopped when it is asked for
    again; one that ended finds that everything is there.
    """
    command = ImportLegacyCommand(zone=ZONES[times], rehearsal=dry_run)
    reports: dict[ImportPart, ImportProgress] = {}

    async def act(container: Container) -> None:
        async with importing_legacy(container, database_url) as importing:
            with audited(Operation.IMPORT_LEGACY, rehearsal=dry_run):
                await _with_progress(importing, command, reports)

    on_database(data, act)
    show_report(reports, is_rehearsal=dry_run)


async def _with_progress(
    importing: ImportLegacy, command: ImportLegacyCommand, reports: dict[ImportPart, ImportProgress]
) -> None:
    """Bars on the error output, one for each part."""
    with Progress(console=Console(stderr=True)) as bars:
        tasks = {part: bars.add_task(part, total=None) for part in ImportPart}
        totals: dict[ImportPart, int] = {}
        async for progress in importing(command):
            reports[progress.part] = progress
            if progress.part not in totals:
                totals[progress.part] = await _total(importing, progress.part)
            read, total = progress.tally.read, totals[progress.part]
            bars.update(tasks[progress.part], completed=total if progress.finished else read, total=total)


async def _total(importing: ImportLegacy, part: ImportPart) -> int:
    tables = [TABLES[part]] if part in TABLES else [LegacyTable.PERSONAS, LegacyTable.AGENDAS]
    return sum([await importing.source.count(table) for table in tables])
