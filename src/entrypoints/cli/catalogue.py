from pathlib import Path

import click

from domain.catalogue import Catalogue
from entrypoints.bootstrap.container import Container
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database
from infrastructure.catalogue_file.catalogue_file import InvalidCatalogue, read_catalogue, write_catalogue

File = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def catalogue() -> None:
    """Work with the catalogue of personas and agendas."""


@catalogue.command()
@click.argument("file", type=File)
def validate(file: Path) -> None:
    """Check a catalogue FILE (YAML or JSON) and name every fault."""
    found = _read(file)
    click.echo(f"{file} is valid: {_numbers(found)}.")


@catalogue.command("import")
@click.argument("file", type=File)
@data_option
def import_(file: Path, data: Path | None) -> None:
    """Make FILE (YAML or JSON) the current catalogue."""
    content = _read(file)

    async def add(container: Container) -> None:
        version = await container.import_catalogue()(content)
        click.echo(f"Imported as version {version}: {_numbers(content)}.")

    on_database(data, add)


@catalogue.command()
@data_option
def export(data: Path | None) -> None:
    """Print the current catalogue as YAML."""

    async def show(container: Container) -> None:
        click.echo(write_catalogue(await container.catalogues().latest()), nl=False)

    on_database(data, show)


def _read(file: Path) -> Catalogue:
    try:
        return read_catalogue(file.read_text(encoding="utf-8"))
    except InvalidCatalogue as error:
        for fault in error.faults:
            click.echo(f"{file}: {fault.path}: {fault.message}", err=True)
    except UnicodeDecodeError:
        click.echo(f"{file}: not UTF-8", err=True)
    raise SystemExit(ExitCode.NO)


def _numbers(content: Catalogue) -> str:
    return f"{len(content.personas)} personas, {len(content.agendas)} agendas"
