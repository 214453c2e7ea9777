from dataclasses import dataclass
from datetime import timedelta

from application.ports.clock import Clock
from application.ports.offers import Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetOldOffers:
    """Safe to repeat and to run in any number: what is gone is gone. Raises DependencyUnavailable."""

    offers: Offers
    clock: Clock
    retention: timedelta
    batch_size: int

    async def __call__(self) -> int:
        """The number forgotten, at most ``batch_size``."""
        return await self.offers.forget(before=self.clock.now() - self.retention, limit=self.batch_size)
