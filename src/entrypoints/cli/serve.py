import os
from pathlib import Path

import click

from entrypoints.bootstrap.database import running_database
from entrypoints.bootstrap.read_settings import require_key
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.cli.startup import started_with
from entrypoints.http.granian_server import become_http_server, run_http_server


@click.command()
@click.option("--host", help="Address to listen on (API_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (API_PORT).")
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the embedded database.")
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Answer HTTP requests. Scores are calculated by `consume`."""
    settings = started_with(API_HOST=host, API_PORT=str(port) if port else None)
    require_key(settings)
    address = settings.service.api_host, settings.service.api_port
    # The worker reads its settings anew: what the command line says must reach it.
    environment = {**os.environ, "API_HOST": address[0], "API_PORT": str(address[1])}
    if database_url(settings.database) is not None:
        become_http_server(host=address[0], port=address[1], environment=environment)
    with running_database(settings, data) as url:
        environment["DATABASE_URL"] = url
        raise SystemExit(run_http_server(host=address[0], port=address[1], environment=environment))
