import secrets
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from application.ports.dice_factory import DiceFactory
from domain.dice import Dice

Option = TypeVar("Option")
SEEDS = 2**31


class RandomDice(Dice):
    """Python's Mersenne Twister; ``randrange`` of a seed is the same in every version since 3.2."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - reproducible on purpose, guards nothing

    def pick(self, options: Sequence[Option], /) -> Option:
        return options[self._random.randrange(len(options))]


class RandomDiceFactory(DiceFactory):
    def seeded(self, seed: int) -> RandomDice:
        return RandomDice(seed)

    def new_seed(self) -> int:
        return secrets.randbelow(SEEDS)

    def draw(self) -> float:
        return secrets.randbelow(SEEDS) / (SEEDS - 1) * 2 - 1
