import heapq
import random
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Start(NamedTuple):
    """When a request is meant to leave, in seconds after the beginning, and to which stream it belongs."""

    offset: float
    stream: int


def fixed_rate(rate: float, seconds: float) -> Iterator[float]:
    for number in range(round(rate * seconds)):
        yield number / rate


def poisson(rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Independent arrivals, as many callers who know nothing of one another make them."""
    dice = random.Random(seed)  # noqa: S311  # the same arrivals every time are the point
    offset = dice.expovariate(rate)
    while offset < seconds:
        yield offset
        offset += dice.expovariate(rate)


def arrivals(rate: float, seconds: float, seed: int | None) -> Iterator[float]:
    return fixed_rate(rate, seconds) if seed is None else poisson(rate, seconds, seed)


def _labelled(offsets: Iterable[float], stream: int) -> Iterator[Start]:
    return (Start(offset, stream) for offset in offsets)


def plan(rates: Iterable[float], seconds: float, seed: int | None) -> list[Start]:
    """The starts of all streams in the order of time."""
    streams = (
        _labelled(arrivals(rate, seconds, None if seed is None else seed + stream), stream)
        for stream, rate in enumerate(rates)
    )
    return list(heapq.merge(*streams))
