"""How versions of the catalogue look on the command line."""

from collections.abc import Iterator
from difflib import ndiff

import click
from rich.table import Table

from application.paging import Page
from application.ports.catalogues import CatalogueVersion
from domain.catalogue import Catalogue
from domain.catalogue_changes import FieldChange, RowChange, changes_between, reordered
from entrypoints.cli.console import console


def show_history(page: Page[CatalogueVersion]) -> None:
    table = Table("version", "since", "personas", "agendas")
    for each in page.items:
        since = each.created_at.isoformat(timespec="seconds")
        table.add_row(str(each.version), since, str(each.personas), str(each.agendas))
    console().print(table)
    click.echo(f"Page {page.number.page} of {page.total_pages}, {page.total} versions.")


def show_changes(before: Catalogue, after: Catalogue) -> None:
    """``+`` a new row, ``-`` one that is gone, ``~`` one that says something else, line by line."""
    changes = changes_between(before, after)
    for line in (line for change in changes for line in _lines(change)):
        click.echo(line)
    if reordered(before, after):
        click.echo("The rows stand in another order.")
    elif not changes:
        click.echo(f"Versions {before.version} and {after.version} say the same.")


def _lines(change: RowChange) -> Iterator[str]:
    if not change.fields:
        yield f"{'+' if change.is_new else '-'} {change.row}"
        return
    yield f"~ {change.row}"
    for field in change.fields:
        yield f"    {field.name}:"
        yield from _changed_lines(field)


def _changed_lines(field: FieldChange) -> Iterator[str]:
    # The hints that point at characters (``?``) confuse more than they help in text of two languages.
    compared = ndiff(field.before.splitlines(), field.after.splitlines())
    yield from (f"      {line}" for line in compared if not line.startswith("?"))
