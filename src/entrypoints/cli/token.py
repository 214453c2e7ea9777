from datetime import timedelta

import click

from entrypoints.bootstrap.audit import Operation
from entrypoints.cli.audited import audited
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import started_with
from entrypoints.http.tokens import AccessTokens
from infrastructure.system.clock import SystemClock


@click.command()
@click.option("--sub", "subject", required=True, help="Who will call.")
@click.option("--scope", "scopes", required=True, help="What it may do; several, separated by spaces.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How long it is valid.")
def token(subject: str, scopes: str, days: int) -> None:
    """Print an access token, signed with SECRET_KEY."""
    key = started_with().security.secret_key
    if key is None:
        click.echo("SECRET_KEY is not set: there is nothing to sign with.", err=True)
        raise SystemExit(ExitCode.USAGE)
    tokens = AccessTokens(keys=(key.get_secret_value(),), clock=SystemClock())
    with audited(Operation.ISSUE_TOKEN, token_subject=subject, scopes=scopes, days=days):
        issued = tokens.issue(subject, frozenset(scopes.split()), valid_for=timedelta(days=days))
    click.echo(issued)
