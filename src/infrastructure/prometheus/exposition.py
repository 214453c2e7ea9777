import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from infrastructure.prometheus.open_events import OpenEvents

# Anybody may ask. However often they do, database and event loop are asked once in this time.
REMEMBERED_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class Exposition:
    """Everything there is to measure, in the text format of Prometheus (0.0.4)."""

    registry: CollectorRegistry
    open_events: OpenEvents
    monotonic: Callable[[], float] = time.monotonic
    _text: bytes = b""
    _good_until: float = float("-inf")
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def text(self) -> bytes:
        """UTF-8. Within about a second, whatever is away; never raises."""
        async with self._writing:
            if self.monotonic() >= self._good_until:
                await self.open_events.refresh()
                self._text = await self._written()
                self._good_until = self.monotonic() + REMEMBERED_SECONDS
            return self._text

    async def _written(self) -> bytes:
        """One metric after the other; in between it is the turn of whoever waits for the event loop."""
        parts = []
        for metric in self.registry.collect():
            parts.append(generate_latest(_Alone(metric)))
            await asyncio.sleep(0)
        return b"".join(parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Alone(Collector):
    metric: Metric

    def collect(self) -> tuple[Metric, ...]:
        return (self.metric,)
