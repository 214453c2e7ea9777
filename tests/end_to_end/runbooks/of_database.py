"""A database that is away."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from tests.end_to_end.runbooks.situation import Followed, Situation, prometheus_alert, says
from tests.end_to_end.runbooks.stack import FaultedStack

_CALLERS = 8
_OFFERS = 5_500
"""More than may wait to be written, with those that are being written."""


@contextmanager
def database_is_frozen(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    stack.postgres.pause()
    try:
        yield {}
    finally:
        stack.postgres.resume()


@contextmanager
def database_stays_away(stack: FaultedStack) -> Iterator[Mapping[str, str]]:
    """For so long that no more offers can wait."""
    stack.import_catalogue()
    stack.postgres.stop()
    try:
        with ThreadPoolExecutor(_CALLERS) as callers, httpx.Client() as http:
            answers = set(callers.map(lambda _: stack.suggest(http), range(_OFFERS)))
        assert httpx.codes.OK in answers
        yield {}
    finally:
        stack.postgres.start()


SITUATIONS = (
    Situation(
        broken=database_is_frozen,
        pages=(
            Followed(
                name="POSTGRES_UNAVAILABLE",
                told=prometheus_alert("DatabaseDown"),
                seen=(says('"status":"down"'), says("", code=2)),
                gone=(says('"status":"ok"'), says("1 row")),
            ),
        ),
    ),
    Situation(
        broken=database_stays_away,
        pages=(
            Followed(
                name="OFFERS_DROPPED",
                told=prometheus_alert("OffersDropped"),
                seen=(says('"database":"disconnected"'), says("=> [1-9]")),
                gone=(says('"database":"connected"'), says("=> [1-9]")),
            ),
        ),
    ),
)
