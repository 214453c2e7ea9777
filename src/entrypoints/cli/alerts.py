import click

from application.errors import AlertNotDelivered
from application.ports.alert_channel import AlertGroup, AlertNotice
from domain.alert import Alert, AlertComponent, AlertLevel, AlertType
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.settings import Settings
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import run, started_with

TRIAL = Alert(
    type=AlertType.TEST_ALERT,
    level=AlertLevel.INFO,
    component=AlertComponent.OPERATOR,
    what="Somebody ran `context-handling alerts test`.",
)


@click.group()
def alerts() -> None:
    """What people are told of without asking."""


@alerts.command()
def test() -> None:
    """Send one alert of level INFO, the way alerts go."""
    settings = started_with()
    try:
        run(_send(settings))
    except AlertNotDelivered as error:
        click.echo(f"Not delivered: {error}.", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None
    configured = settings.alerts.google_chat_webhook_url is not None
    click.echo("Delivered." if configured else "GOOGLE_CHAT_WEBHOOK_URL is not set: alerts are lines in the log.")


async def _send(settings: Settings) -> None:
    container = Container(settings=settings, database_url="")
    try:
        await container.alert_channel().send(AlertNotice(groups=(AlertGroup(alert=TRIAL),)))
    finally:
        if (client := container.google_chat()) is not None:
            await client.close()
