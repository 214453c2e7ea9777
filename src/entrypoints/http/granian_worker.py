import os
from pathlib import Path

from litestar.types import ASGIApp

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.setting_groups.database import database_url
from entrypoints.http.app import create_app


def worker_app() -> ASGIApp:
    """Called by the server in its worker process."""
    settings = read_settings(os.environ, Path(".env"))
    configure_logging(settings.service.log_level)
    return create_app(Container(settings=settings, database_url=database_url(settings.database)), opened)
