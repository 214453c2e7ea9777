import asyncio
from collections import Counter
from pathlib import Path

import click

from application.use_cases.heal_degraded_scores import HealCommand, HealedScore
from domain.identifiers import UserId
from entrypoints.bootstrap.container import Container
from entrypoints.cli.console import console
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.score_tables import healed_row, healed_table
from entrypoints.cli.values import Rate


@click.group()
def scores() -> None:
    """Correct scores: heal what could not be analysed, recalculate under other rules."""


@scores.command()
@click.option("--user", help="Of this user only.")
@click.option("--limit", type=click.IntRange(1), help="No more than so many.")
@click.option("--rate", type=Rate(), default="5/s", show_default=True, help="No faster than this.")
@click.option("--dry-run", is_flag=True, help="Only list what would be asked for; nobody is asked.")
@data_option
def heal(user: str | None, limit: int | None, rate: float, data: Path | None, *, dry_run: bool) -> None:
    """Ask now for every part of a score that could not be analysed, and count the difference.

    The consumers do the same by themselves, each event in its time; this does not wait for that time, and also asks
    for what they have given up.
    """
    pause = _pause(rate)
    command = HealCommand(early=True, user_id=UserId(user) if user else None, limit=limit, dry_run=dry_run)

    async def act(container: Container) -> None:
        if not dry_run and container.settings().analyst == "off":
            click.echo("Analysis is switched off (LLM_ANALYSIS_ENABLED, LLM_PROVIDER): nobody can be asked.", err=True)
            raise SystemExit(ExitCode.USAGE)
        table, done = healed_table(), list[HealedScore]()
        async for healed in container.heal_degraded_scores()(command):
            table.add_row(*healed_row(healed))
            done.append(healed)
            await asyncio.sleep(0 if dry_run else pause)
        console().print(table)
        click.echo(_summary(done))

    on_database(data, act)


def _pause(per_second: float) -> float:
    if not per_second:
        raise click.UsageError("--rate must be more than 0.")
    return 1 / per_second


def _summary(done: list[HealedScore]) -> str:
    outcomes = Counter(healed.outcome.replace("_", " ") for healed in done)
    told = "".join(f", {number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return f"{len(done)} events{told}; {sum(healed.difference for healed in done):+g} points."
