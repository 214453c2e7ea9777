"""What an import tells at its end."""

from collections.abc import Mapping
from itertools import chain

import click
from rich.table import Table

from application.ports.imports import ImportPart, ImportProgress
from domain.legacy.findings import Tally
from entrypoints.cli.console import console


def show_report(reports: Mapping[ImportPart, ImportProgress], *, is_rehearsal: bool) -> None:
    table = Table("part", "rows", "would be added" if is_rehearsal else "added", "there already", "left out")
    for part, progress in reports.items():
        tally = progress.tally
        numbers = (tally.read, tally.added, tally.there, sum(tally.left_out.values()))
        table.add_row(part, *map(str, numbers))
    console().print(table)
    for part, progress in reports.items():
        _show_findings(part, progress.tally)
    if is_rehearsal:
        click.echo("Nothing was kept.")
    else:
        click.echo("Check the balances with: context-handling ledger verify")


def _show_findings(part: ImportPart, tally: Tally) -> None:
    if tally.repaired:
        click.echo(f"Repaired {part}, in rows:")
        for repair, rows in sorted(tally.repaired.items()):
            click.echo(f"  {rows:8}  {repair}")
    if tally.left_out:
        click.echo(f"Left out of {part}, rows:")
        for reason, rows in sorted(tally.left_out.items()):
            click.echo(f"  {rows:8}  {reason}")
        for example in chain(tally.examples, ("…",) if sum(tally.left_out.values()) > len(tally.examples) else ()):
            click.echo(f"            {example}")
