"""Who is told of work as it happens. None: nobody."""

from dependency_injector import providers

from entrypoints.bootstrap import build_tracing
from entrypoints.bootstrap.containers.foundation import Foundation
from infrastructure.tracing.requests import RequestSpans
from infrastructure.tracing.tracer import ExportingTracer


class Tracing(Foundation):
    tracer: providers.Singleton[ExportingTracer | None] = providers.Singleton(
        build_tracing.tracer, Foundation.settings, Foundation.version
    )
    request_spans: providers.Singleton[RequestSpans | None] = providers.Singleton(build_tracing.request_spans, tracer)
