import asyncio
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from application.ports.conversation_events import EventFilter
from application.use_cases.heal_degraded_scores import HealCommand, HealedScore
from application.use_cases.recalculate_scores import RecalculateScoresCommand
from domain.identifiers import UserId
from domain.scoring import ScoringRules
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.container import Container
from entrypoints.cli.audited import audited
from entrypoints.cli.console import console
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.recalculation import Recalculation
from entrypoints.cli.score_tables import healed_row, healed_table
from entrypoints.cli.values import Moment, Rate
from infrastructure.rules_file.rules_file import InvalidRules, read_rules


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
        with audited(Operation.HEAL_SCORES, rehearsal=dry_run, user_id=user) as add:
            async for healed in container.heal_degraded_scores()(command):
                table.add_row(*healed_row(healed))
                done.append(healed)
                add(events=len(done))
                await asyncio.sleep(0 if dry_run else pause)
        console().print(table)
        click.echo(_summary(done))

    on_database(data, act)


@scores.command()
@click.option("--rules", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@click.option("--user", help="The conversations of this user.")
@click.option("--since", type=Moment(), help="Conversations accepted at this moment or later.")
@click.option("--until", type=Moment(), help="Conversations accepted before this moment.")
@click.option("--all", "everything", is_flag=True, help="Every conversation.")
@click.option("--rate", type=Rate(), default="100/s", show_default=True, help="No more conversations at a time.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@data_option
def recalculate(file: Path, rate: float, data: Path | None, *, everything: bool, dry_run: bool, **which: Any) -> None:  # noqa: ANN401
    """Correct scores to what they are under the rules of FILE (YAML, the weights in points).

    The ledger gets the differences. It may be broken off and run again: what is done is not done twice.
    """
    pause, wanted = _pause(rate), _wanted(everything=everything, **which)
    command = RecalculateScoresCommand(rules=_rules(file), wanted=wanted, dry_run=dry_run)

    async def act(container: Container) -> None:
        summary = Recalculation()
        with audited(Operation.RECALCULATE_SCORES, rehearsal=dry_run, rules=command.rules.version) as add:
            async for user in container.recalculate_scores()(command):
                summary.add(user)
                add(events=summary.events, corrections=summary.corrections)
                await asyncio.sleep(user.events * pause)
        for table in summary.tables():
            console().print(table)
        click.echo(summary.told(command.rules.version, dry_run=dry_run))

    on_database(data, act)


def _wanted(*, everything: bool, user: str | None, since: datetime | None, until: datetime | None) -> EventFilter:
    wanted = EventFilter(user_id=UserId(user) if user else None, since=since, until=until)
    if everything == (user is not None or since is not None):
        raise click.UsageError("Say which: --user, --since, or --all.")
    if until is not None and since is None:
        raise click.UsageError("--until goes with --since.")
    return wanted


def _rules(file: Path) -> ScoringRules:
    try:
        return read_rules(file.read_text(encoding="utf-8"))
    except InvalidRules as error:
        for fault in error.faults:
            click.echo(f"{file}: {fault.path}: {fault.message}", err=True)
    except UnicodeDecodeError:
        click.echo(f"{file}: not UTF-8", err=True)
    raise SystemExit(ExitCode.NO)


def _pause(per_second: float) -> float:
    if not per_second:
        raise click.UsageError("--rate must be more than 0.")
    return 1 / per_second


def _summary(done: list[HealedScore]) -> str:
    outcomes = Counter(healed.outcome.replace("_", " ") for healed in done)
    told = "".join(f", {number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return f"{len(done)} events{told}; {sum(healed.difference for healed in done):+g} points."
