from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from application.errors import DependencyUnavailable
from application.ports.clock import Clock
from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from domain.friendship import Friendship
from domain.identifiers import UserId
from infrastructure.resilience.circuit_breaker import CircuitBreaker, CircuitOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberingSuggestionFacts(SuggestionFactsSource):
    """Never without an answer: while the database is away, what this process saw lately, else a stranger.

    Both are marked stale. Remembered are at most ``capacity`` users, each for ``max_age`` (docs/decisions/0036).
    """

    source: SuggestionFactsSource
    breaker: CircuitBreaker
    clock: Clock
    capacity: int
    max_age: timedelta
    _seen: OrderedDict[UserId, tuple[datetime, SuggestionFacts]] = field(default_factory=OrderedDict)
    """The one seen longest ago comes first."""

    async def of_user(self, user_id: UserId) -> SuggestionFacts:
        """Raises nothing."""
        try:
            with self.breaker.guard():
                facts = await self.source.of_user(user_id)
        except (CircuitOpen, DependencyUnavailable):
            return self._remembered(user_id)
        self._remember(user_id, facts)
        return facts

    def _remember(self, user_id: UserId, facts: SuggestionFacts) -> None:
        self._seen[user_id] = (self.clock.now(), facts)
        self._seen.move_to_end(user_id)
        if len(self._seen) > self.capacity:
            self._seen.popitem(last=False)
        self._forget_old()

    def _remembered(self, user_id: UserId) -> SuggestionFacts:
        self._forget_old()
        _, facts = self._seen.get(user_id, (None, None))
        stranger = SuggestionFacts(friendship=Friendship(user_id=user_id), recent_greetings=())
        return replace(facts or stranger, stale=True)

    def _forget_old(self) -> None:
        too_old = self.clock.now() - self.max_age
        while self._seen and next(iter(self._seen.values()))[0] <= too_old:
            self._seen.popitem(last=False)
