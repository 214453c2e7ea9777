from collections import Counter
from dataclasses import dataclass, field

import msgspec

from entrypoints.fake_services.role import Asked

MOST_REMEMBERED = 1_000_000


@dataclass(slots=True, kw_only=True)
class Calls:
    """What was asked of a stand-in, and how it ended; without a word of what was said."""

    paths: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    """Status of what was answered, or the fault that took its place."""
    under_way: int = 0
    most_under_way: int = 0
    _times: Counter[str] = field(default_factory=Counter)

    def begin(self, path: str) -> None:
        self.paths[path] += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)

    def end(self) -> None:
        self.under_way -= 1

    def times_before(self, asked: Asked) -> int:
        """How often the same was asked already; counts this call."""
        self.kinds[asked.kind] += 1
        key = f"{asked.kind} {asked.identity}"
        before = self._times[key]
        if len(self._times) < MOST_REMEMBERED:
            self._times[key] += 1
        return before

    def forget(self) -> None:
        """Not what is under way."""
        for counter in (self.paths, self.kinds, self.outcomes, self._times):
            counter.clear()
        self.most_under_way = self.under_way

    def shown(self) -> bytes:
        return msgspec.json.encode(
            {
                "paths": self.paths,
                "kinds": self.kinds,
                "outcomes": self.outcomes,
                "under_way": self.under_way,
                "most_under_way": self.most_under_way,
            }
        )
