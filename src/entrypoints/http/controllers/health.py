from dataclasses import dataclass
from http import HTTPStatus

from litestar import Response, get

from application.use_cases.check_health import CheckHealth
from entrypoints.http.auth import open_to_all
from entrypoints.http.openapi.documented import Documentation
from entrypoints.http.openapi.examples import answers
from entrypoints.http.readiness import Readiness
from entrypoints.http.schemas.health import HealthData, shown

NAME = "context-handling"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    version: str
    environment: str


@get("/health", opt=open_to_all() | Documentation(answers=answers.HEALTH, also=(503,)).opt(), tags=["health"])
async def health(check_health: CheckHealth, build_info: BuildInfo) -> Response[HealthData]:
    """Tell how the service and what it depends on are, within two seconds."""
    found = await check_health()
    status = HTTPStatus.SERVICE_UNAVAILABLE if found.status == "down" else HTTPStatus.OK
    data = shown(found, version=build_info.version, environment=build_info.environment)
    return Response(data, status_code=status)


@get("/livez", opt=open_to_all() | Documentation(answers=answers.ALIVE).opt(), tags=["health"])
async def livez() -> dict[str, str]:
    """Tell that the event loop turns. Asks nothing of anybody, so that no outage elsewhere restarts us."""
    return {"status": "alive"}


@get("/readyz", opt=open_to_all() | Documentation(answers=answers.READY, also=(503,)).opt(), tags=["health"])
async def readyz(readiness: Readiness) -> Response[dict[str, str]]:
    """Tell whether to send traffic here."""
    if await readiness.is_ready():
        return Response({"status": "ready"})
    return Response({"status": "not ready"}, status_code=HTTPStatus.SERVICE_UNAVAILABLE)


@get("/", opt=open_to_all() | Documentation(answers=answers.ROOT).opt(), tags=["health"])
async def root(build_info: BuildInfo) -> dict[str, str]:
    """Tell what answers here."""
    return {"service": NAME, "version": build_info.version, "health": "/v1/health", "docs": "/docs"}
