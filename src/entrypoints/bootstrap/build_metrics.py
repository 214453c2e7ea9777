"""Who knows which number; read when somebody asks for the metrics."""

import platform
from collections.abc import Mapping

from prometheus_client import CollectorRegistry

from application.ports.catalogues import CurrentCatalogue
from application.ports.health import BreakerState, DatabaseProbe
from infrastructure.announcing.background_announcer import BackgroundAnnouncer
from infrastructure.announcing.background_offer_recorder import BackgroundOfferRecorder
from infrastructure.prometheus.exposition import Exposition
from infrastructure.prometheus.open_events import OpenEvents
from infrastructure.prometheus.readings import Numbers, Reading, Readings, alone
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.system.loop_lag import LoopLag
from infrastructure.telemetry.counted_publisher import CountedPublisher
from infrastructure.tracing.configuration import DropReason
from infrastructure.tracing.tracer import ExportingTracer

BREAKER_STATES = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}


def exposition(
    registry: CollectorRegistry, probe: DatabaseProbe, _counting: list[object], *readings: tuple[Reading, ...]
) -> Exposition:
    """``_counting`` is in the registry already: a process that has nothing to count yet tells its names, too."""
    open_events = OpenEvents(probe=probe)
    registry.register(open_events)
    registry.register(Readings(readings=tuple(reading for some in readings for reading in some)))
    return Exposition(registry=registry, open_events=open_events)


def of_process(version: str, loop_lag: LoopLag) -> tuple[Reading, ...]:
    build: Numbers = {(version, platform.python_version()): 1.0}
    return (
        Reading(
            name="context_handling_build_info",
            description="1; what runs is in the labels.",
            labels=("version", "python"),
            read=lambda: build,
        ),
        Reading(
            name="event_loop_lag_seconds",
            description="The 99th percentile of waits for a turn of the event loop, of the last half minute.",
            read=alone(lambda: loop_lag.quantile(0.99)),
        ),
    )


def of_pool(probe: DatabaseProbe) -> tuple[Reading, ...]:
    prefix = "db_connection_pool"
    return (
        Reading(
            name=f"{prefix}_checkedout", description="Connections in use.", read=alone(lambda: probe.pool().checked_out)
        ),
        Reading(name=f"{prefix}_size", description="Connections kept.", read=alone(lambda: probe.pool().size)),
        Reading(
            name=f"{prefix}_overflow",
            description="Connections beyond those kept.",
            read=alone(lambda: probe.pool().overflow),
        ),
    )


def of_queue(publisher: CountedPublisher, announcer: BackgroundAnnouncer) -> tuple[Reading, ...]:
    def announced() -> Numbers:
        return {
            ("confirmed",): publisher.confirmed,
            ("failed",): publisher.failed,
            ("dropped",): announcer.dropped,
        }

    return (
        Reading(
            name="announcements",
            description="Announcements, by what became of them; those dropped are left to the relay.",
            labels=("outcome",),
            read=announced,
            only_grows=True,
        ),
        Reading(
            name="announcement_queue_depth",
            description="Announcements that wait to be published.",
            read=alone(lambda: announcer.waiting),
        ),
    )


def of_suggestions(catalogue: CurrentCatalogue, offers: BackgroundOfferRecorder) -> tuple[Reading, ...]:
    return (
        Reading(
            name="catalogue_version",
            description="The catalogue in memory; 0 is none.",
            read=alone(lambda: catalogue.current().version),
        ),
        Reading(
            name="offers_dropped",
            description="Suggestions that nobody will ever know of.",
            read=alone(lambda: offers.dropped),
            only_grows=True,
        ),
    )


def of_spans(tracer: ExportingTracer | None) -> tuple[Reading, ...]:
    def dropped() -> Numbers:
        known = {} if tracer is None else tracer.dropped
        return {(reason.value,): known.get(reason, 0) for reason in DropReason}

    return (
        Reading(
            name="spans_dropped",
            description="Spans of traces that never arrived.",
            labels=("reason",),
            read=dropped,
            only_grows=True,
        ),
    )


def of_breakers(breakers: Mapping[str, CircuitBreaker | None]) -> tuple[Reading, ...]:
    def states() -> Numbers:
        return {(name,): BREAKER_STATES[breaker.state] for name, breaker in breakers.items() if breaker is not None}

    return (
        Reading(
            name="circuit_breaker_state",
            description="0 closed, 1 half open, 2 open.",
            labels=("dependency",),
            read=states,
        ),
    )
