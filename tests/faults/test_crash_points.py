"""A process ends at each of its boundaries; another takes over, and the caller calls again.

Whatever the moment, what was answered with 202 is scored, and scored once.
"""

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.faults.backend import Backend
from tests.faults.checker import Checker
from tests.faults.doom import CRASHED, Doom
from tests.faults.due import ring_now
from tests.faults.forked import Nursery
from tests.faults.patience import until

pytestmark = pytest.mark.servers
NOWHERE = {"RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:1/"}
FILES = "a directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crash:
    doom: Doom
    settings: dict[str, str] = field(default_factory=dict)
    """Of the process that crashes."""

    @property
    def name(self) -> str:
        return f"{self.doom.at}, {self.doom.nth}" if self.doom.nth > 1 else self.doom.at


def at(moment: str, **doom: object) -> Crash:
    settings = doom.pop("settings", {})
    return Crash(doom=Doom(at=moment, **doom), settings=settings)  # type: ignore[arg-type]


ACCEPTING = (
    at("accept: before the insert"),
    at("accept: log kept"),
    at("accept: log kept", nth=2, settings={"LOG_STORE_URL": FILES}),
    at("accept: after the insert"),
    at("accept: announced"),
    at("publish: before"),
    at("publish: after"),
    at("accept: after the insert", nth=3),
    at("accept: announced", nth=3),
)
SCORING = (
    at("claim: before the commit"),
    at("claim: after the commit"),
    at("claim: after the commit", nth=3),
    at("renewal: before the commit", thinks=1.2),
    at("renewal: after the commit", thinks=1.2),
    at("scoring: analysed"),
    at("scoring: before the commit"),
    at("scoring: after the commit"),
    at("scoring: after the commit", nth=3),
    at("message: before the acknowledgement"),
    at("message: after the acknowledgement"),
    at("failure: before the commit", forgets=True),
    at("failure: after the commit", forgets=True),
    at("handing back: before the commit", refuses="scoring: before the commit"),
    at("handing back: after the commit", refuses="scoring: before the commit"),
)
RELAYING = (
    at("relay: before the commit"),
    at("relay: after the commit"),
    at("publish: before", nth=2),
    at("publish: after"),
    at("publish: after", nth=2),
    at("putting back: before the commit", settings=NOWHERE),
    at("putting back: after the commit", settings=NOWHERE),
)


def named(crash: Crash) -> str:
    return crash.name


@pytest.mark.parametrize("crash", ACCEPTING, ids=named)
async def test_a_crash_while_accepting_breaks_no_promise(brisk: Nursery, checker: Checker, crash: Crash) -> None:
    settings = dict(crash.settings)
    if "LOG_STORE_URL" in settings:
        settings["LOG_STORE_URL"] = (brisk.directory / "logs").as_uri()
    doomed = brisk.serve(settings, doom=crash.doom)
    brisk.consume(settings)
    await asyncio.to_thread(doomed.wait_until_up)
    async with Backend([doomed.url]) as backend:
        posting = asyncio.create_task(backend.post_new(4))
        assert await asyncio.to_thread(doomed.wait_for_end) == CRASHED
        brisk.serve(settings, port=doomed.port)
        await posting

    await _assert_all_counted(checker, backend)


@pytest.mark.parametrize("crash", SCORING, ids=named)
async def test_a_crash_while_scoring_breaks_no_promise(brisk: Nursery, checker: Checker, crash: Crash) -> None:
    service = brisk.serve()
    doomed = brisk.consume(crash.settings, doom=crash.doom)
    await asyncio.to_thread(service.wait_until_up)
    async with Backend([service.url]) as backend:
        await backend.post_new(4)
    assert await asyncio.to_thread(doomed.wait_for_end) == CRASHED
    brisk.consume()

    await _assert_all_counted(checker, backend)


@pytest.mark.parametrize("crash", RELAYING, ids=named)
async def test_a_crash_of_the_relay_forgets_nobody(brisk: Nursery, checker: Checker, crash: Crash) -> None:
    service = brisk.serve(NOWHERE)
    await asyncio.to_thread(service.wait_until_up)
    async with Backend([service.url]) as backend:
        await backend.post_new(4)
    ring_now(checker.database_url)
    doomed = brisk.consume(crash.settings, doom=crash.doom)
    assert await asyncio.to_thread(doomed.wait_for_end) == CRASHED
    ring_now(checker.database_url)
    brisk.consume()

    await _assert_all_counted(checker, backend)


async def _assert_all_counted(checker: Checker, backend: Backend) -> None:
    checker.assert_kept(backend.promises)
    assert len(backend.promises) == 4
    await until(lambda: not checker.unfinished(backend.promises))
    checker.assert_all_counted(backend.promises)
