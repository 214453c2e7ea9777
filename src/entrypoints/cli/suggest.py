from pathlib import Path

import click
from rich.table import Table

from application.use_cases.suggest_activities import SuggestActivitiesCommand
from domain.identifiers import UserId
from domain.suggestion.errors import NoSuitableAgent
from domain.suggestion.explanation import ExplainedSlot
from domain.suggestion.suggestion import SuggestedAgent, Suggestion
from entrypoints.bootstrap.container import Container
from entrypoints.cli.console import console
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.on_database import data_option, on_database


@click.command()
@click.argument("user")
@click.option("--seed", type=int, help="Repeat the answer of this seed. [default: a new one]")
@click.option("--explain", is_flag=True, help="Tell for each place what was considered, and why it was passed over.")
@data_option
def suggest(user: str, seed: int | None, data: Path | None, *, explain: bool) -> None:
    """Suggest activities for USER, as the HTTP interface would."""
    command = SuggestActivitiesCommand(user_id=UserId(user), seed=seed, explained=explain)

    async def act(container: Container) -> None:
        await container.catalogue().refresh()
        try:
            answer = await container.suggest_activities()(command)
        except NoSuitableAgent as error:
            click.echo(f"No agent to offer: {error}.", err=True)
            raise SystemExit(ExitCode.NO) from None
        console().print(_answer_table(answer), *(_slot_table(slot) for slot in answer.explanation))

    on_database(data, act)


def _answer_table(answer: Suggestion) -> Table:
    title = f"{answer.user_id}, {answer.friendship_level}, seed {answer.seed}{', stale' if answer.stale else ''}"
    table = Table("type", "agent", "topic", "level", "score", "turns", "reason", title=title, title_justify="left")
    rest = [agent for agent in (answer.review, answer.wrap_up) if agent]
    for agent in (answer.greeting, *answer.talks, *answer.games, *rest, *answer.backups):
        table.add_row(*_cells(agent))
    return table


def _cells(agent: SuggestedAgent) -> tuple[str, ...]:
    row, figures = agent.agenda, agent.metadata
    score, turns = (f"{figures.topic_score:g}", str(figures.total_turns)) if figures else ("", "")
    return row.agent_type, row.agent_id, row.topic_id, row.friendship_level, score, turns, agent.reason


def _slot_table(slot: ExplainedSlot) -> Table:
    title = f"{slot.slot}: {slot.reason or 'nothing'}"
    caption = f"and {slot.left_out} more" if slot.left_out else None
    table = Table("agent", "topic", "level", "score", "turns", "verdict", title=title, caption=caption)
    table.title_justify = "left"
    for candidate in slot.candidates:
        table.add_row(
            candidate.agent_id or "",
            candidate.topic_id,
            candidate.friendship_level,
            "" if candidate.score is None else f"{candidate.score:g}",
            "" if candidate.turns is None else str(candidate.turns),
            candidate.verdict,
        )
    return table
