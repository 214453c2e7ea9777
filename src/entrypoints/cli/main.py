import click

from entrypoints.bootstrap.read_settings import InvalidSettings
from entrypoints.cli.alerts import alerts
from entrypoints.cli.backup import backup, restore
from entrypoints.cli.catalogue import catalogue
from entrypoints.cli.consume import consume
from entrypoints.cli.demo import demo
from entrypoints.cli.dev import dev
from entrypoints.cli.evaluate import evaluate
from entrypoints.cli.events import events
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.fake_services import fake_services
from entrypoints.cli.import_legacy import import_legacy
from entrypoints.cli.ledger import ledger
from entrypoints.cli.migrate import migrate
from entrypoints.cli.scores import scores
from entrypoints.cli.serve import serve
from entrypoints.cli.specification import specification
from entrypoints.cli.suggest import suggest
from entrypoints.cli.suggestions import suggestions
from entrypoints.cli.token import token
from entrypoints.cli.users import users
from infrastructure.private_postgres.errors import PrivatePostgresError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="context-handling")
def commands() -> None:
    """Remembers how a companion robot and a child get along.

    Exit codes: 0 done, 1 the answer is no, 2 wrong usage or settings, 3 something needed is unavailable.
    """


for command in (
    dev,
    serve,
    consume,
    migrate,
    backup,
    restore,
    demo,
    fake_services,
    catalogue,
    events,
    ledger,
    scores,
    evaluate,
    users,
    specification,
    token,
    import_legacy,
    suggest,
    suggestions,
    alerts,
):
    commands.add_command(command)


def main() -> None:
    try:
        commands()
    except InvalidSettings as error:
        click.echo(str(error), err=True)
        raise SystemExit(ExitCode.USAGE) from None
    except PrivatePostgresError as error:
        click.echo(str(error), err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None


if __name__ == "__main__":
    main()
