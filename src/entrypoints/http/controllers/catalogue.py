import asyncio
from http import HTTPStatus
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, put
from litestar.params import Parameter

from application.use_cases.import_catalogue import ImportCatalogue
from application.use_cases.show_catalogue import ShowCatalogue
from entrypoints.bootstrap.audit import Operation
from entrypoints.http.audited import add_to_audit, audited
from entrypoints.http.auth import requires
from entrypoints.http.openapi.documented import Documentation, Link
from entrypoints.http.openapi.examples import answers, bodies
from entrypoints.http.preconditions import etag, replaceable, still_is
from entrypoints.http.schemas.catalogue import (
    CatalogueData,
    CatalogueDocument,
    ReplacedCatalogueData,
    read,
    replaced,
    shown,
)
from entrypoints.http.schemas.envelope import Envelope

IfMatch = Annotated[str | None, Parameter(header="If-Match", description="ETag of the version to replace, or *")]
IfNoneMatch = Annotated[str | None, Parameter(header="If-None-Match", description="ETag of the version held")]

REPLACE = Link(to="catalogue_replace", parameters={"header.If-Match": "$response.header.ETag"})


class CatalogueController(Controller):
    path = "/catalogue"
    tags = ("catalogue",)

    @get(
        "/",
        opt=requires("catalogue:read")
        | Documentation(answers=answers.CATALOGUE, headers=("ETag",), also=(304,), links=(REPLACE,)).opt(),
    )
    async def show(
        self, show_catalogue: ShowCatalogue, if_none_match: IfNoneMatch = None
    ) -> Response[Envelope[CatalogueData]]:
        """Give the current catalogue to read or to edit; 304 to a caller who holds it."""
        catalogue = await show_catalogue()
        headers = {"ETag": etag(catalogue.version), "Cache-Control": "no-cache"}
        if still_is(catalogue.version, if_none_match):
            return _not_modified(headers)
        data = await asyncio.to_thread(shown, catalogue)  # beside the event loop: there may be thousands of rows
        return Response(Envelope(message="Catalogue found", data=data), headers=headers)

    @put(
        "/",
        opt=requires("catalogue:write")
        | audited(Operation.REPLACE_CATALOGUE)
        | Documentation(
            takes=CatalogueDocument,
            sends=bodies.CATALOGUE,
            answers=answers.REPLACED_CATALOGUE,
            headers=("ETag",),
            refuses=(412, 428),
            needs=("If-Match",),
            links=(REPLACE,),
        ).opt(),
    )
    async def replace(
        self, request: Request[Any, Any, Any], import_catalogue: ImportCatalogue, if_match: IfMatch = None
    ) -> Response[Envelope[ReplacedCatalogueData]]:
        """Replace the catalogue, all of it or nothing, unless somebody else did since."""
        replacing = replaceable(if_match)
        # Beside the event loop: there may be thousands of rows to look at.
        content = await asyncio.to_thread(read, await request.body())
        imported = await import_catalogue(content, replacing=replacing)
        add_to_audit(request, catalogue_version=imported.version)
        envelope = Envelope(message="Catalogue replaced", data=replaced(content, imported))
        return Response(envelope, headers={"ETag": etag(imported.version)})


def _not_modified(headers: dict[str, str]) -> Response[Any]:
    return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
