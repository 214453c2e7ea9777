import asyncio
from dataclasses import dataclass, field

import structlog

from application.errors import DependencyUnavailable
from application.ports.offers import OfferRecorder, Offers
from domain.suggestion.offer import Offer

log = structlog.get_logger("offers")
MAX_WAITING = 5_000
MAX_BATCH = 200
PAUSE_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class BackgroundOfferRecorder(OfferRecorder):
    """Writes what gathered in a bounded queue, many rows at a time, so that no answer ever waits for it."""

    offers: Offers
    pause_seconds: float = PAUSE_SECONDS
    """Between batches, which lets them gather, and after a failure."""
    dropped: int = 0
    """Offers that nobody will ever know of, since the start."""
    _waiting: asyncio.Queue[Offer] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def record(self, offer: Offer) -> None:
        try:
            self._waiting.put_nowait(offer)
        except asyncio.QueueFull:
            self.dropped += 1

    async def run(self) -> None:
        """Writes until cancelled. What the database does not take is tried again; meanwhile the queue fills up."""
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MAX_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self._written(batch)
            finally:
                for _ in batch:
                    self._waiting.task_done()
            await asyncio.sleep(self.pause_seconds if self._waiting.qsize() < MAX_BATCH else 0)

    async def drain(self) -> None:
        """Returns when everything recorded so far was written."""
        await self._waiting.join()

    async def _written(self, batch: list[Offer]) -> None:
        while True:
            try:
                await self.offers.add(batch)
            except DependencyUnavailable as error:
                log.warning("offers wait to be written", waiting=len(batch) + self._waiting.qsize(), reason=str(error))
                await asyncio.sleep(self.pause_seconds)
            else:
                return
