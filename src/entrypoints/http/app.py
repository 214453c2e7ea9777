from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from entrypoints.bootstrap.build_limits import call_limit
from entrypoints.bootstrap.container import Container
from entrypoints.http.admission.admission import Admission
from entrypoints.http.admission.concurrency_limit import ConcurrencyLimit
from entrypoints.http.admission.doorkeeper import Doorkeeper
from entrypoints.http.admission.turns import Turns
from entrypoints.http.audited import Audited
from entrypoints.http.auth import ScopeGuard
from entrypoints.http.body_reception import BodyReception
from entrypoints.http.bounded_time import BoundedTime
from entrypoints.http.controllers.activities import ActivitiesController
from entrypoints.http.controllers.catalogue import CatalogueController
from entrypoints.http.controllers.conversations import ConversationsController
from entrypoints.http.controllers.friendships import FriendshipsController
from entrypoints.http.controllers.health import BuildInfo, health, livez, readyz, root
from entrypoints.http.controllers.metrics import Metrics, metrics
from entrypoints.http.controllers.scoring import ScoringController
from entrypoints.http.controllers.users import UsersController
from entrypoints.http.docs import docs_routes, openapi_config
from entrypoints.http.encoded_slashes import EncodedSlashes, whole_parameters
from entrypoints.http.errors import exception_handlers
from entrypoints.http.hearing_out import HearingOut
from entrypoints.http.ids_like_routes import IdsLikeRoutes, unmarked_parameters
from entrypoints.http.implied_methods import ImpliedMethods
from entrypoints.http.media_types import only_json
from entrypoints.http.path_prefixes import PREFIXES
from entrypoints.http.rate_limits.callers import Callers
from entrypoints.http.rate_limits.rate_limited import RateLimited
from entrypoints.http.readiness import Readiness
from entrypoints.http.request_id import RequestId, bind_conversation_id
from entrypoints.http.routes import Routes
from entrypoints.http.tokens import AccessTokens
from entrypoints.http.traced_requests import TracedRequests
from entrypoints.http.watched_requests import WatchedRequests

log = structlog.get_logger("http")
MAX_BODY_BYTES = 10 * 1024 * 1024
Lifespan = Callable[[Container], AbstractAsyncContextManager[None]]


def create_app(container: Container, lifespan: Lifespan) -> ASGIApp:
    """``lifespan`` opens what the container built, and closes it again."""
    if access_tokens(container) is None:
        log.warning("no SECRET_KEY: anybody who reaches this address may call")
    framework, meter = create_litestar(container, lifespan), container.request_metrics()
    methods = {
        route.path_format: frozenset(map(str, route.methods))
        for route in framework.routes
        if isinstance(route, HTTPRoute)
    }
    app = ImpliedMethods(HearingOut(EncodedSlashes(IdsLikeRoutes(framework, methods))))
    admitted = BodyReception(_admitting(_limited(app, container), container), told=meter.shed)
    bounded = BoundedTime(admitted, limit=timedelta(seconds=container.settings().service.request_timeout_seconds))
    routes = Routes.of(route.path_format for route in framework.routes)
    watched = WatchedRequests(app=bounded, alerts=container.alerts(), meter=meter, routes=routes)
    return RequestId(_traced(watched, container, routes))


def _traced(app: ASGIApp, container: Container, routes: Routes) -> ASGIApp:
    tracing = container.request_spans()
    return app if tracing is None else TracedRequests(app=app, tracing=tracing, routes=routes)


def _admitting(app: ASGIApp, container: Container) -> Admission:
    probe, settings = container.database_probe(), container.settings()
    most = settings.database.pool_size + settings.database.max_overflow
    doorkeeper = Doorkeeper(
        limit=ConcurrencyLimit(standing_lag=container.loop_lag().least),
        pool_is_full=lambda: probe.pool().checked_out >= most,
        told=container.request_metrics().shed,
    )
    turns = Turns(at_once=settings.service.scoring_requests_at_once)
    return Admission(app, doorkeeper=doorkeeper, background=turns)


def _limited(app: ASGIApp, container: Container) -> RateLimited:
    settings, tokens = container.settings().call_limits, access_tokens(container)
    return RateLimited(
        app,
        callers=Callers(tokens=tokens),
        limits=container.call_limits(),
        known=call_limit(settings.per_second),
        anonymous=call_limit(settings.anonymous_per_second),
        told=container.request_metrics().rate_limited,
    )


def create_litestar(container: Container, lifespan: Lifespan) -> Litestar:
    readiness = Readiness(check_health=container.check_health())
    shows_docs = container.settings().service.shows_docs
    topics = (
        ConversationsController,
        FriendshipsController,
        ScoringController,
        UsersController,
        ActivitiesController,
        CatalogueController,
        health,
    )
    return Litestar(
        [
            *(Router(prefix, route_handlers=topics) for prefix in PREFIXES),
            livez,
            readyz,
            root,
            metrics,
            *(docs_routes() if shows_docs else ()),
        ],
        before_request=bind_conversation_id,
        dependencies=_dependencies(container, readiness),
        exception_handlers=exception_handlers(),
        guards=[ScopeGuard(tokens=access_tokens(container)), only_json, unmarked_parameters, whole_parameters],
        lifespan=[lambda _: _serving(container, lifespan, readiness)],
        openapi_config=openapi_config(container.version()) if shows_docs else None,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        middleware=[Audited],
    )


def access_tokens(container: Container) -> AccessTokens | None:
    """None in embedded mode on loopback, which is the only place where settings allow to go without a key."""
    security = container.settings().security
    keys = tuple(key.get_secret_value() for key in (security.secret_key, security.previous_secret_key) if key)
    return AccessTokens(keys=keys, clock=container.clock()) if keys else None


@asynccontextmanager
async def _serving(container: Container, lifespan: Lifespan, readiness: Readiness) -> AsyncIterator[None]:
    async with lifespan(container):
        readiness.serving = True
        try:
            yield
        finally:
            readiness.serving = False


def _dependencies(container: Container, readiness: Readiness) -> dict[str, Provide]:
    build_info = BuildInfo(version=container.version(), environment=container.settings().service.environment)
    return {
        "record_conversation_end": _always(container.record_conversation_end()),
        "show_conversation": _always(container.show_conversation()),
        "list_conversations": _always(container.list_conversations()),
        "retry_event": _always(container.retry_event()),
        "skip_event": _always(container.skip_event()),
        "preview_score": _always(container.preview_score()),
        "check_scoring_request": _always(container.check_scoring_request()),
        "calculate_score": _always(container.calculate_score()),
        "show_friendship": _always(container.show_friendship()),
        "show_ledger": _always(container.show_ledger()),
        "update_profile": _always(container.update_profile()),
        "erase_user": _always(container.erase_user()),
        "suggest_activities": _always(container.suggest_activities()),
        "show_catalogue": _always(container.show_catalogue()),
        "import_catalogue": _always(container.import_catalogue()),
        "check_health": _always(container.check_health()),
        "readiness": _always(readiness),
        "build_info": _always(build_info),
        "measured": _always(Metrics(text=container.exposition().text)),
    }


def _always(value: Any) -> Provide:  # noqa: ANN401 - any use case
    return Provide(lambda: value, sync_to_thread=False, use_cache=True)
