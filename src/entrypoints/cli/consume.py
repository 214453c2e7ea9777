import os
from pathlib import Path

import click

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.database import running_database
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.settings import Settings
from entrypoints.cli.startup import run, started_with, told_to_stop
from entrypoints.consumer.consuming import consuming
from entrypoints.consumer.metrics_server import serving_metrics

# A robot waits for an answer, an analysis for nobody: on a shared machine the scheduler gives a process at 0 three
# times the share of one at 5 (sched(7)).
NICENESS = 5


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Directory of the embedded database.")
def consume(data: Path | None) -> None:
    """Calculate scores of ended conversations, and announce again what is due."""
    settings = started_with()
    os.nice(NICENESS)
    with running_database(settings, data) as url:
        run(_consume(settings, url))


async def _consume(settings: Settings, url: str) -> None:
    told = told_to_stop()
    container = Container(settings=settings, database_url=url)
    service = settings.service
    async with (
        opened(container),
        consuming(container),
        serving_metrics(container.exposition().text, host=service.api_host, port=service.metrics_port),
    ):
        await told.wait()
