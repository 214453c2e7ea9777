from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import groupby
from typing import Any

import click
import httpx
from rich.console import Console

from entrypoints.bootstrap.shipped import shipped_conversations
from entrypoints.cli.demonstration.client import DemoClient, NotProcessed
from entrypoints.cli.demonstration.example import Example, read_examples, with_memories
from entrypoints.cli.demonstration.service import ServiceDidNotStart, embedded_service
from entrypoints.cli.demonstration.stand_ins import stand_ins
from entrypoints.cli.demonstration.tables import conversations_table, friendships_table, suggestion_table
from entrypoints.cli.exit_codes import ExitCode

SEED = 7
WIDTH = 110


@click.command()
@click.option("--with-services", is_flag=True, help="Ask stand-ins for the LLM and the memory service over HTTP.")
def demo(*, with_services: bool) -> None:
    """Show a friendship grow: run the service embedded, feed it the example conversations, check what comes out.

    With services, memories count too: one for every different sentence in which a child says what it likes, as the
    stand-in of the memory service finds them; none in a lesson. Exits with 1 if anything is not as expected.
    """
    console = Console(width=WIDTH)
    examples = read_examples(shipped_conversations())
    if with_services:
        examples = [with_memories(example) for example in examples]
    try:
        with (
            console.status("Starting the service with a database of its own …"),
            _services(with_services=with_services) as settings,
            embedded_service(settings) as address,
        ):
            differences = _show(console, address, examples)
    except (ServiceDidNotStart, NotProcessed, httpx.HTTPError) as error:
        click.echo(f"The demonstration could not run: {error}", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None
    for difference in differences:
        console.print(f"[red]different:[/] {difference}")
    if differences:
        raise SystemExit(ExitCode.NO)
    console.print("[green]Everything came out as expected.[/] Next: make serve")


def _services(*, with_services: bool) -> AbstractContextManager[Mapping[str, str]]:
    return stand_ins() if with_services else nullcontext({})


def _show(console: Console, address: str, examples: list[Example]) -> list[str]:
    with httpx.Client(base_url=address, timeout=10) as http:
        client = DemoClient(http=http)
        events = [client.end_conversation(example.request) for example in examples]
        children = list(dict.fromkeys(example.user_id for example in examples))
        friendships = [client.friendship(child) for child in children]
        suggestion = client.suggestion(children[0], SEED)
    for table in (conversations_table(events), friendships_table(friendships), suggestion_table(suggestion)):
        console.print(table, "")
    return [*_unexpected(examples, events), *_unbalanced(events, friendships)]


def _unexpected(examples: list[Example], events: list[dict[str, Any]]) -> list[str]:
    pairs = zip(examples, events, strict=True)
    return [line for example, event in pairs for line in example.differences(event["score_calculation_details"])]


def _unbalanced(events: list[dict[str, Any]], friendships: list[dict[str, Any]]) -> list[str]:
    """A child's score is the sum of what its conversations changed."""

    def child(event: dict[str, Any]) -> str:
        return str(event["user_id"])

    changes = {
        user: sum(event["friendship_score_change"] for event in group)
        for user, group in groupby(sorted(events, key=child), key=child)
    }
    return [
        f"{friendship['user_id']}: score {friendship['friendship_score']}, sum {changes[friendship['user_id']]}"
        for friendship in friendships
        if friendship["friendship_score"] != changes[friendship["user_id"]]
    ]
