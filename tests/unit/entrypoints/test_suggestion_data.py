import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
import pytest

from domain.friendship import Friendship
from domain.suggestion.suggest import Suggester
from entrypoints.http.schemas.suggestion import shown
from infrastructure.system.dice import RandomDice
from tests.examples import P2, a_catalogue, a_friendship, a_topic

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # in Ho Chi Minh City


def a_known_child() -> Friendship:
    return a_friendship(level=P2, topics={"movie": a_topic(60.0, turns=5), "pets": a_topic(9.0, turns=2)})


def answered(seed: int) -> bytes:
    suggester = Suggester(friendship=a_known_child(), catalogue=a_catalogue(), dice=RandomDice(seed), now=NOON)
    return msgspec.json.encode(shown(suggester.suggest(seed=seed)))


def digest() -> str:
    return sha256(b"".join(answered(seed) for seed in range(50))).hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert [answered(seed) for seed in range(50)] == [answered(seed) for seed in range(50)]
    assert len({answered(seed) for seed in range(50)}) > 10


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_another_process_gives_the_same_bytes_however_it_orders_its_sets(hash_seed: str) -> None:
    program = f"import runpy; print(runpy.run_path({__file__!r})['digest']())"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}

    said = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )

    assert said.stdout.strip() == digest()
