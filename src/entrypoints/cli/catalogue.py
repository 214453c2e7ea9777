from pathlib import Path

import click

from application.paging import PageNumber
from domain.catalogue import Catalogue
from domain.catalogue_warnings import warnings_about
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.container import Container
from entrypoints.cli.audited import audited
from entrypoints.cli.catalogue_tables import show_changes, show_history
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database
from infrastructure.catalogue_file.catalogue_file import (
    InvalidCatalogueFile,
    read_catalogue,
    write_json,
    write_yaml,
)

File = click.Path(path_type=Path, exists=True, dir_okay=False)
FORMATS = {"yaml": write_yaml, "json": write_json}
format_option = click.option("--format", "form", type=click.Choice(list(FORMATS)), default="yaml", show_default=True)


@click.group()
def catalogue() -> None:
    """Work with the catalogue of personas and agendas, and with its versions."""


@catalogue.command()
@click.argument("file", type=File)
def validate(file: Path) -> None:
    """Check a catalogue FILE (YAML or JSON) and name every fault; warn of what it lacks."""
    found = _read(file)
    _warn(warnings_about(found))
    click.echo(f"{file} is valid: {_numbers(found)}.")


@catalogue.command("import")
@click.argument("file", type=File)
@data_option
def import_(file: Path, data: Path | None) -> None:
    """Make FILE (YAML or JSON) the current catalogue, all of it or nothing."""
    content = _read(file)

    async def add(container: Container) -> None:
        with audited(Operation.REPLACE_CATALOGUE) as known:
            imported = await container.import_catalogue()(content)
            known(catalogue_version=imported.version)
        _warn(imported.warnings)
        click.echo(f"Imported as version {imported.version}: {_numbers(content)}.")

    on_database(data, add)


@catalogue.command()
@format_option
@data_option
def export(form: str, data: Path | None) -> None:
    """Print the current catalogue as a file to edit and import again."""
    _print(None, form, data)


@catalogue.command()
@click.argument("version", type=click.IntRange(1), required=False)
@format_option
@data_option
def show(version: int | None, form: str, data: Path | None) -> None:
    """Print VERSION of the catalogue, the current one unless named."""
    _print(version, form, data)


@catalogue.command()
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--page-size", type=click.IntRange(1, 1000), default=50, show_default=True)
@data_option
def history(page: int, page_size: int, data: Path | None) -> None:
    """List the versions, newest first. The newest is the current one."""

    async def act(container: Container) -> None:
        show_history(await container.list_catalogue_versions()(PageNumber(page=page, size=page_size)))

    on_database(data, act)


@catalogue.command()
@click.argument("version", type=click.IntRange(1))
@data_option
def restore(version: int, data: Path | None) -> None:
    """Make VERSION the current catalogue again, under a new number."""

    async def act(container: Container) -> None:
        with audited(Operation.REPLACE_CATALOGUE, restored_version=version) as known:
            number = await container.restore_catalogue()(version)
            known(catalogue_version=number)
        click.echo(f"Version {version} is current again, as version {number}.")

    on_database(data, act)


@catalogue.command()
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1))
@data_option
def diff(before: int, after: int, data: Path | None) -> None:
    """Show what changed between two versions, row by row."""

    async def act(container: Container) -> None:
        found = container.show_catalogue()
        show_changes(await found(before), await found(after))

    on_database(data, act)


def _print(version: int | None, form: str, data: Path | None) -> None:
    async def act(container: Container) -> None:
        click.echo(FORMATS[form](await container.show_catalogue()(version)), nl=False)

    on_database(data, act)


def _read(file: Path) -> Catalogue:
    try:
        return read_catalogue(file.read_text(encoding="utf-8"))
    except InvalidCatalogueFile as error:
        for fault in error.faults:
            click.echo(f"{file}:{fault.line}: {fault.path}: {fault.message}", err=True)
    except UnicodeDecodeError:
        click.echo(f"{file}: not UTF-8", err=True)
    raise SystemExit(ExitCode.NO)


def _warn(warnings: tuple[str, ...]) -> None:
    for warning in warnings:
        click.echo(f"Warning: {warning}.", err=True)


def _numbers(content: Catalogue) -> str:
    return f"{len(content.personas)} personas, {len(content.agendas)} agendas"
