from typing import Protocol

from domain.dice import Dice


class DiceFactory(Protocol):
    def seeded(self, seed: int) -> Dice:
        """Dice that draw the same for the same seed, in every process and on every machine."""
        ...

    def new_seed(self) -> int:
        """A seed nobody can guess, 0 <= seed < 2**31."""
        ...

    def draw(self) -> float:
        """Uniform in [-1, 1]."""
        ...
