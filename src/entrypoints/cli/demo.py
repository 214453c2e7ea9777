from itertools import groupby
from typing import Any

import click
import httpx
from rich.console import Console

from entrypoints.bootstrap.shipped import shipped_conversations
from entrypoints.cli.demonstration.client import DemoClient, NotProcessed
from entrypoints.cli.demonstration.example import Example, read_examples
from entrypoints.cli.demonstration.service import ServiceDidNotStart, embedded_service
from entrypoints.cli.demonstration.tables import conversations_table, friendships_table, suggestion_table
from entrypoints.cli.exit_codes import ExitCode

SEED = 7
WIDTH = 110


@click.command()
def demo() -> None:
    """Show a friendship grow: run the service embedded, feed it the example conversations, check what comes out."""
    console = Console(width=WIDTH)
    examples = read_examples(shipped_conversations())
    try:
        with console.status("Starting the service with a database of its own …"), embedded_service() as address:
            differences = _show(console, address, examples)
    except (ServiceDidNotStart, NotProcessed, httpx.HTTPError) as error:
        click.echo(f"The demonstration could not run: {error}", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None
    for difference in differences:
        console.print(f"[red]different:[/] {difference}")
    if differences:
        raise SystemExit(ExitCode.NO)
    console.print("[green]Everything came out as expected.[/] Next: make serve")


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
