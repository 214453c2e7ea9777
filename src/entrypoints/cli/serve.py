from pathlib import Path

import click

from entrypoints.bootstrap.database import running_database
from entrypoints.cli.startup import started_with
from entrypoints.http.granian_server import serve_http


@click.command()
@click.option("--host", help="Address to listen on (API_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (API_PORT).")
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the embedded database.")
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Answer HTTP requests. Scores are calculated by `consume`."""
    settings = started_with(API_HOST=host, API_PORT=str(port) if port else None)
    with running_database(settings, data) as url:
        serve_http(host=settings.service.api_host, port=settings.service.api_port, database_url=url)
