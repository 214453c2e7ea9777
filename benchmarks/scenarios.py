"""What is measured. Sizes are in bytes, rates in requests a second."""

from dataclasses import dataclass

from benchmarks.messages import Stream

CONVERSATION_BYTES = 45_000
LARGEST_CONVERSATION_BYTES = 3_000_000
SOAK_POSTS = 20_000
_MANY_CLIENTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """INSERTs without the service, as fast as they go; ``size`` is that of the log before compression."""

    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """``clients`` and ``seconds`` None: as the command line says. ``prepare`` is sent before, and not measured."""

    name: str
    streams: tuple[Stream, ...]
    clients: int | None = None
    seconds: float | None = None
    prepare: Stream | None = None
    tells_memory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    name: str
    size: int


Scenario = Floor | Load | Capacity


def accept(name: str, rate: float, size: int = CONVERSATION_BYTES) -> Stream:
    return Stream(name=name, kind="accept", rate=rate, size=size)


def _suggest() -> Load:
    # One conversation for every user, so that most suggestions are for users with a history.
    return Load(
        name="suggest",
        streams=(Stream(name="suggest", kind="suggest", rate=300),),
        prepare=accept("prepare", rate=100),
    )


def _largest() -> Load:
    return Load(
        name="accept-3mb",
        streams=(
            accept("accept-3mb", rate=2, size=LARGEST_CONVERSATION_BYTES),
            accept("accept-45kb-beside-3mb", rate=100),
        ),
    )


def scenarios(rate: float) -> tuple[Scenario, ...]:
    return (
        Floor(name="floor-metadata", size=0),
        Floor(name="floor-45kb", size=CONVERSATION_BYTES),
        Load(name="accept-45kb", streams=(accept("accept-45kb", rate),)),
        Load(name="accept-45kb-256", streams=(accept("accept-45kb-256", rate),), clients=_MANY_CLIENTS),
        _largest(),
        _suggest(),
        Capacity(name="accept-capacity", size=CONVERSATION_BYTES),
        Load(name="accept-soak", streams=(accept("accept-soak", rate),), seconds=SOAK_POSTS / rate, tells_memory=True),
    )


SCENARIO_NAMES = tuple(scenario.name for scenario in scenarios(rate=1))
