from pathlib import Path

import click

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.database import running_database
from entrypoints.bootstrap.embedded import import_shipped_catalogue
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.read_settings import require_key
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.bootstrap.settings import Settings
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import run, started_with, told_to_stop
from entrypoints.consumer.consuming import consuming
from entrypoints.http.app import create_app
from entrypoints.http.uvicorn_server import serving_http


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the HTTP server (API_PORT).")
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the embedded database.")
def dev(port: int | None, data: Path | None) -> None:
    """Run everything in one process, with an embedded database unless one is configured."""
    settings = started_with(API_PORT=str(port) if port else None)
    require_key(settings)
    with running_database(settings, data) as url:
        run(_everything(settings, url))


async def _everything(settings: Settings, url: str) -> None:
    told = told_to_stop()
    container = Container(settings=settings, database_url=url)
    service = settings.service
    if database_url(settings.database) is None:
        await import_shipped_catalogue(container)
    app = create_app(container, opened)
    try:
        async with serving_http(app, host=service.api_host, port=service.api_port), consuming(container):
            _greet(settings)
            await told.wait()
    except OSError as error:
        click.echo(f"{error}: is the port in use? Choose another with --port.", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None


def _greet(settings: Settings) -> None:
    address = f"http://{settings.service.api_host}:{settings.service.api_port}"
    click.echo(f"""
Context Handling is up at {address}
  documentation   {address}/docs
  how it is       {address}/v1/health

Try:
  curl -s {address}/v1/activities/suggest -H 'Content-Type: application/json' -d '{{"user_id": "user_42"}}'
""")
    if settings.security.secret_key is None:
        click.echo("No SECRET_KEY: anybody on this machine may call this service. Never run it like this elsewhere.")
    click.echo("Ctrl-C stops it.")
