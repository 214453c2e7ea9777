from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.ports.dice_factory import DiceFactory
from domain.dice import Dice
from infrastructure.system.dice import SEEDS, RandomDice, RandomDiceFactory
from tests.examples import SeededDice

FACTORY: DiceFactory = RandomDiceFactory()
DICE = [RandomDice, SeededDice]


def _draws(dice: Dice, *, options: int = 6, times: int = 20) -> list[int]:
    return [dice.pick(range(options)) for _ in range(times)]


@given(seed=st.integers(0, SEEDS - 1), options=st.integers(1, 100))
@pytest.mark.parametrize("kind", DICE)
def test_the_same_seed_draws_the_same(kind: type[RandomDice | SeededDice], seed: int, options: int) -> None:
    assert _draws(kind(seed), options=options) == _draws(kind(seed), options=options)


@pytest.mark.parametrize("kind", DICE)
def test_every_option_is_about_as_likely(kind: type[RandomDice | SeededDice]) -> None:
    drawn = Counter(_draws(kind(1), times=6000))

    assert set(drawn) == set(range(6))
    assert all(800 <= times <= 1200 for times in drawn.values())


def test_a_seed_draws_what_it_has_always_drawn() -> None:
    assert _draws(FACTORY.seeded(42), times=10) == [5, 0, 0, 5, 2, 1, 1, 1, 5, 0]


def test_other_seeds_draw_otherwise() -> None:
    assert len({tuple(_draws(FACTORY.seeded(seed))) for seed in range(50)}) == 50


def test_a_new_seed_is_small_enough_for_every_client_and_hard_to_guess() -> None:
    seeds = {FACTORY.new_seed() for _ in range(100)}

    assert all(0 <= seed < SEEDS for seed in seeds)
    assert len(seeds) > 95


def test_a_draw_lies_between_minus_one_and_one() -> None:
    draws = [FACTORY.draw() for _ in range(1000)]

    assert all(-1 <= draw <= 1 for draw in draws)
    assert min(draws) < 0 < max(draws)
