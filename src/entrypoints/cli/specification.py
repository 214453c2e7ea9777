import json
from pathlib import Path
from typing import Any

import click

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.lifespan import opened
from entrypoints.bootstrap.logging import configure_logging
from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.bootstrap.settings_reference import settings_reference
from entrypoints.http.app import create_litestar
from entrypoints.http.openapi.document import openapi_document
from infrastructure.rabbitmq.asyncapi import asyncapi_document

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"  # building opens nothing


@click.command()
@click.option("--openapi", "kind", flag_value="openapi", default=True, help="OpenAPI 3.1, of HTTP (the default).")
@click.option("--asyncapi", "kind", flag_value="asyncapi", help="AsyncAPI 3, of the queue.")
@click.option("--settings", "kind", flag_value="settings", help="Markdown, of every setting.")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it there instead.")
def specification(kind: str, file: Path | None) -> None:
    """Print what other programs and people rely on, as docs holds it. No setting of this machine shows in it."""
    configure_logging("ERROR")
    text = text_of(kind)
    if file is None:
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")


def text_of(kind: str) -> str:
    return (
        settings_reference()
        if kind == "settings"
        else json.dumps(document_of(kind), indent=2, ensure_ascii=False) + "\n"
    )


def document_of(kind: str) -> dict[str, Any]:
    container = Container(settings=read_settings({}), database_url=NOWHERE)
    if kind == "asyncapi":
        return asyncapi_document(container.topology(), version=container.version())
    return openapi_document(create_litestar(container, opened))
