"""What our processes export: for tests of it, and for whoever writes queries over it."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import read_settings

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
BOUND = "le"
"""What each bucket of a histogram has besides."""


def exported_names() -> frozenset[str]:
    """The names of all series, as queries have them: with _total, _bucket, _sum and _count. Opens nothing."""
    return frozenset(series_of(_registry().collect()))


@cache
def exported_labels() -> Mapping[str, frozenset[str]]:
    """By the name of each series, the names of the labels it has of its own."""
    return {
        series: frozenset((*labels, BOUND) if series.endswith("_bucket") else labels)
        for family, labels in _families(_registry())
        for series in series_of([family])
    }


def _registry() -> CollectorRegistry:
    container = Container(settings=read_settings({}), database_url=NOWHERE)
    container.exposition()
    return container.metrics_registry()


def _families(registry: CollectorRegistry) -> Iterator[tuple[Metric, tuple[str, ...]]]:
    """Each with the names of its labels, which the library tells nobody: what has not happened yet has no sample."""
    for collector in registry._collector_to_names:
        for family in collector.collect():
            yield family, getattr(collector, "_labelnames", ()) or getattr(family, "_labelnames", ())


def series_of(families: Iterable[Metric]) -> Iterator[str]:
    for family in families:
        yield from (family.name + ending for ending in ENDINGS.get(family.type, ("",)))


class Scrape:
    """What one look at /metrics tells."""

    def __init__(self, text: str) -> None:
        self.families = list(text_string_to_metric_families(text))
        self.samples: list[Sample] = [sample for family in self.families for sample in family.samples]

    def series(self) -> set[str]:
        return set(series_of(self.families))

    def number(self, name: str, **labels: str) -> float:
        """Of the one series that has these labels, and maybe others; 0 if there is none."""
        found = [s.value for s in self.samples if s.name == name and labels.items() <= s.labels.items()]
        assert len(found) <= 1, (name, labels, found)
        return found[0] if found else 0.0

    def values(self, name: str, label: str) -> set[str]:
        return {sample.labels[label] for sample in self.samples if sample.name == name}

    def labels(self) -> dict[str, set[str]]:
        """By the name of the label, all its values in all series."""
        values: dict[str, set[str]] = {}
        for sample in self.samples:
            for label, value in sample.labels.items():
                values.setdefault(label, set()).add(value)
        return values
