from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.table import Table

from application.use_cases.recalculate_scores import RecalculatedScores
from domain.points import rounded

# Nobody reads more; the number of all is told.
MOST_ROWS = 50


@dataclass(slots=True, kw_only=True)
class Recalculation:
    """What a recalculation came to, summed up while it goes on."""

    users: int = 0
    events: int = 0
    rescored: int = 0
    corrections: int = 0
    difference: float = 0.0
    changed_users: int = 0
    changed_levels: int = 0
    most_changed: list[RecalculatedScores] = field(default_factory=list)

    def add(self, user: RecalculatedScores) -> None:
        self.users += 1
        self.events += user.events
        self.rescored += user.rescored
        self.corrections += user.corrections
        self.difference = rounded(self.difference + user.difference)
        self.changed_levels += len(user.levels)
        if user.corrections:
            self.changed_users += 1
            self.most_changed.append(user)
            self.most_changed.sort(key=lambda one: (not one.levels, -abs(one.difference), one.user_id))
            del self.most_changed[MOST_ROWS:]

    def tables(self) -> Iterator[Table]:
        """Users whose levels change come first, then those with the largest differences."""
        if not self.most_changed:
            return
        table = Table("user", "conversations", "corrections", "difference", "levels")
        for user in self.most_changed:
            levels = (f"{topic or 'user'}: {was or 'none'} → {now}" for topic, was, now in user.levels)
            table.add_row(
                user.user_id, str(user.events), str(user.corrections), f"{user.difference:+g}", "\n".join(levels)
            )
        yield table

    def told(self, version: str, *, dry_run: bool) -> str:
        more = self.changed_users - len(self.most_changed)
        left = f", {more} of them not shown" if more else ""
        return (
            f"{'Would rescore' if dry_run else 'Rescored'} {self.rescored} of {self.events} conversations of "
            f"{self.users} users under {version}: {self.corrections} corrections for {self.changed_users} users{left}, "
            f"{self.difference:+g} points, {self.changed_levels} levels change."
        )
