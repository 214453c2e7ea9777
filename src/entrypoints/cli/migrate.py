import click
from sqlalchemy.exc import OperationalError

from entrypoints.bootstrap.audit import Operation
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.cli.audited import audited
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import started_with
from infrastructure.postgres.migrations import migrate as bring_up


@click.command()
def migrate() -> None:
    """Bring the schema of the configured database up to date. Safe to repeat, and to run in several places."""
    url = database_url(started_with().database)
    if url is None:
        click.echo("No database is configured (DATABASE_URL); an embedded one is migrated when it starts.", err=True)
        raise SystemExit(ExitCode.USAGE)
    try:
        with audited(Operation.MIGRATE):
            bring_up(url)
    except OperationalError:
        click.echo("The database cannot be reached.", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None
    click.echo("The schema is up to date.")
