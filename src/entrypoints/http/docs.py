"""Interactive documentation that needs nothing from the internet."""

from importlib.resources import files
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.enums import OpenAPIMediaType
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.router import Router

from entrypoints.http.auth import open_to_all
from entrypoints.http.openapi.document import openapi_document

# Swagger UI's files, as a package brings them.
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-standalone-preset.js": "text/javascript",
    "swagger-ui.css": MediaType.CSS,
    "favicon-32x32.png": "image/png",
}


class _Swagger(SwaggerRenderPlugin):
    """Shows our document rather than what the framework alone knows."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002 - the plugin's signature
        return super().render(request, openapi_document(request.app))


def openapi_config(version: str) -> OpenAPIConfig:
    """Serves the page at ``/docs``."""
    return OpenAPIConfig(
        title="Context Handling",
        version=version,
        use_handler_docstrings=True,
        path="/docs",
        openapi_router=Router("/docs", route_handlers=[], opt=open_to_all()),
        render_plugins=[
            _Swagger(
                path="/",
                js_url="/docs-assets/swagger-ui-bundle.js",
                standalone_preset_js_url="/docs-assets/swagger-ui-standalone-preset.js",
                css_url="/docs-assets/swagger-ui.css",
                favicon='<link rel="icon" href="/docs-assets/favicon-32x32.png">',
            )
        ],
    )


def docs_routes() -> tuple[HTTPRouteHandler, ...]:
    return (openapi_json, asset)


@get("/openapi.json", opt=open_to_all(), include_in_schema=False, media_type=OpenAPIMediaType.OPENAPI_JSON)
async def openapi_json(request: Request[Any, Any, Any]) -> dict[str, Any]:
    return openapi_document(request.app)


@get("/docs-assets/{name:str}", opt=open_to_all(), include_in_schema=False)
async def asset(name: str) -> Response[bytes]:
    if name not in ASSETS:
        raise NotFoundException
    content = (files("swagger_ui") / "static" / name).read_bytes()
    return Response(content, media_type=ASSETS[name], headers={"Cache-Control": "max-age=86400"})
