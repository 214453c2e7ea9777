from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from application.paging import PageNumber
from application.ports.conversation_events import EventFilter
from application.use_cases.list_conversations import ListConversationsCommand
from application.use_cases.retry_events import RETRIABLE, RetriedEvents, RetryEventsCommand
from domain.event_status import EventStatus, FailureCode
from domain.identifiers import ConversationId, UserId
from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.container import Container
from entrypoints.cli.audited import audited
from entrypoints.cli.console import console
from entrypoints.cli.event_tables import attempts_table, event_table, events_table
from entrypoints.cli.on_database import data_option, on_database
from entrypoints.cli.values import Moment, Rate
from entrypoints.http.schemas.event import listed, shown
from entrypoints.http.schemas.page import shown_page

json_option = click.option("--json", "as_json", is_flag=True, help="As the HTTP interface tells it.")


def _filter_options(statuses: list[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    options = (
        click.option("--status", "statuses", type=click.Choice(statuses), multiple=True, help="May be repeated."),
        click.option("--error-code", type=click.Choice([code.value for code in FailureCode]), help="Of the last try."),
        click.option("--user", help="Of this user only."),
        click.option("--since", type=Moment(), help="Accepted at this moment or later."),
        click.option("--until", type=Moment(), help="Accepted before this moment."),
    )

    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group()
def events() -> None:
    """Look after conversation events: list, show, retry, skip."""


@events.command("list")
@_filter_options([status.value for status in EventStatus])
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--page-size", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@data_option
def list_(data: Path | None, page: int, page_size: int, *, as_json: bool, **filters: Any) -> None:  # noqa: ANN401
    """List events, newest first."""
    command = ListConversationsCommand(wanted=_wanted(**filters), page=PageNumber(page=page, size=page_size))

    async def act(container: Container) -> None:
        found = await container.list_conversations()(command)
        if as_json:
            _print_json(shown_page(found, listed))
            return
        console().print(events_table(found.items))
        click.echo(f"Page {page} of {found.total_pages}, {found.total} events.")

    on_database(data, act)


@events.command()
@click.argument("conversation_id", metavar="ID")
@json_option
@data_option
def show(conversation_id: str, data: Path | None, *, as_json: bool) -> None:
    """Show the event of conversation ID, and its attempts."""

    async def act(container: Container) -> None:
        found = await container.show_conversation()(ConversationId(conversation_id))
        if as_json:
            _print_json(shown(found))
            return
        console().print(event_table(found.event), attempts_table(found.attempts))

    on_database(data, act)


@events.command()
@click.argument("conversation_id", metavar="[ID]", required=False)
@_filter_options(sorted(RETRIABLE))
@click.option("--limit", type=click.IntRange(1), help="No more than so many.")
@click.option("--rate", type=Rate(), help="How many become due at a time, like 5/s or 100/h. [default: all at once]")
@click.option("--dry-run", is_flag=True, help="Only say how many it would be.")
@data_option
def retry(
    conversation_id: str | None,
    data: Path | None,
    limit: int | None,
    rate: float | None,
    *,
    dry_run: bool,
    **filters: Any,  # noqa: ANN401
) -> None:
    """Give failed events all their attempts again: that of conversation ID, or all that the options select.

    The consumers announce an event when it is due. With --rate each is due a little later than the one before.
    """
    wanted = _wanted(**filters)
    if (conversation_id is None) == (wanted == EventFilter()):
        raise click.UsageError("Name one conversation, or select events by --status, --error-code, --user, …")
    if conversation_id is not None and (limit or rate or dry_run):
        raise click.UsageError("--limit, --rate and --dry-run are for many events.")
    command = RetryEventsCommand(wanted=wanted, limit=limit, per_second=rate, dry_run=dry_run)

    async def act(container: Container) -> None:
        if conversation_id is not None:
            with audited(Operation.RETRY_EVENTS, conversation_id=conversation_id):
                await container.retry_event()(ConversationId(conversation_id))
            click.echo(f"{conversation_id} is due now.")
            return
        with audited(Operation.RETRY_EVENTS, rehearsal=dry_run, **_selected(filters)) as add:
            done = await container.retry_events()(command)
            add(events=done.retried)
        click.echo(_told(done, dry_run=dry_run))

    on_database(data, act)


@events.command()
@click.argument("conversation_id", metavar="ID")
@data_option
def skip(conversation_id: str, data: Path | None) -> None:
    """Decide that conversation ID is never scored."""

    async def act(container: Container) -> None:
        with audited(Operation.SKIP_EVENT, conversation_id=conversation_id):
            await container.skip_event()(ConversationId(conversation_id))
        click.echo(f"{conversation_id} is skipped.")

    on_database(data, act)


def _selected(filters: Mapping[str, Any]) -> dict[str, object]:
    """As an audit tells it."""
    told = {"statuses": sorted(filters["statuses"]), "error_code": filters["error_code"], "user_id": filters["user"]}
    moments = {name: filters[name].isoformat() for name in ("since", "until") if filters[name]}
    return {name: value for name, value in told.items() if value} | moments


def _wanted(
    *,
    statuses: tuple[str, ...],
    error_code: str | None,
    user: str | None,
    since: datetime | None,
    until: datetime | None,
) -> EventFilter:
    return EventFilter(
        user_id=UserId(user) if user else None,
        statuses=frozenset(map(EventStatus, statuses)),
        error_code=FailureCode(error_code) if error_code else None,
        since=since,
        until=until,
    )


def _told(done: RetriedEvents, *, dry_run: bool) -> str:
    last = f"; the last is due {done.last_due_at.isoformat(timespec='seconds')}" if done.last_due_at else ""
    left = f"; {done.changed_meanwhile} were changed by somebody else" if done.changed_meanwhile else ""
    return f"{'Would retry' if dry_run else 'Retried'} {done.retried} events{last}{left}."


def _print_json(data: msgspec.Struct) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2))
