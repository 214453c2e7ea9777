from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from litestar import Response, get

from entrypoints.http.auth import open_to_all

CONTENT_TYPE = "text/plain; version=0.0.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    text: Callable[[], Awaitable[bytes]]


@get("/metrics", opt=open_to_all(), tags=["health"], media_type=CONTENT_TYPE)
async def metrics(measured: Metrics) -> Response[bytes]:
    """Tell what was measured, in the text format of Prometheus. Numbers only, and nobody's id."""
    return Response(await measured.text(), media_type=CONTENT_TYPE)
