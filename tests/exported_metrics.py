"""What our processes export: for tests of it, and for whoever writes queries over it."""

from collections.abc import Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.read_settings import read_settings

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}


def exported_names() -> frozenset[str]:
    """The names of all series, as queries have them: with _total, _bucket, _sum and _count. Opens nothing."""
    container = Container(settings=read_settings({}), database_url=NOWHERE)
    container.exposition()
    return frozenset(series_of(container.metrics_registry().collect()))


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
