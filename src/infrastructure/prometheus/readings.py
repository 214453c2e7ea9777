from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Numbers = Mapping[tuple[str, ...], float]
"""By the values of the labels, in their order; without labels there is one, of ()."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number that somebody keeps anyway."""

    name: str
    description: str
    read: Callable[[], Numbers]
    """Asks nobody outside the process, and never raises."""
    labels: tuple[str, ...] = ()
    only_grows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Readings(Collector):
    """Costs nothing until somebody asks."""

    readings: tuple[Reading, ...]

    def collect(self) -> Iterator[Metric]:
        for reading in self.readings:
            kind = CounterMetricFamily if reading.only_grows else GaugeMetricFamily
            family = kind(reading.name, reading.description, labels=reading.labels)
            for values, number in reading.read().items():
                family.add_metric(values, number)
            yield family


def alone(read: Callable[[], float]) -> Callable[[], Numbers]:
    """One number without labels."""
    return lambda: {(): read()}
