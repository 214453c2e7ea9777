import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import pytest
from structlog.testing import capture_logs

from application.ports.alert_channel import AlertChannel, AlertNotice
from domain.alert import AlertComponent, AlertLevel
from infrastructure.alerting.desk import AGAIN_SECONDS, AlertDesk
from infrastructure.alerting.pile import DIGEST_SECONDS, GATHER_SECONDS
from infrastructure.alerting.suppression import ProcessSuppression
from infrastructure.in_memory.alerts import RememberingChannel
from tests.unit.alerting.alerts import an_alert
from tests.unit.application.patience import until

GUARD_SECONDS = 10
A_DAY = 86_400.0


@dataclass(slots=True, kw_only=True)
class Watch:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(slots=True, kw_only=True)
class Scene:
    """A desk whose time stands still until it is told to move."""

    watch: Watch = field(default_factory=Watch)
    channel: RememberingChannel = field(default_factory=RememberingChannel)
    desk: AlertDesk = field(init=False)

    def __post_init__(self) -> None:
        suppression = ProcessSuppression(monotonic=self.watch)
        self.desk = AlertDesk(channel=self.channel, suppression=suppression, monotonic=self.watch, pause_seconds=0.0)

    async def told(self, number: int) -> list[AlertNotice]:
        await until(lambda: len(self.channel.sent) >= number)
        return self.channel.sent

    def pass_by(self, seconds: float) -> None:
        self.watch.seconds += seconds
        self.desk._raised.set()  # the desk waits in real time


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    scene = Scene()
    async with _running(scene.desk):
        yield scene


@asynccontextmanager
async def _running(desk: AlertDesk) -> AsyncIterator[None]:
    running = asyncio.create_task(desk.run())
    async with asyncio.timeout(GUARD_SECONDS):
        yield
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_an_alert_is_told(scene: Scene) -> None:
    scene.desk.raise_alert(an_alert())

    [notice] = await scene.told(1)
    assert (notice.groups[0].alert, notice.is_digest, notice.lost) == (an_alert(), False, 0)


async def test_the_same_is_told_once_in_five_minutes_and_the_next_tells_how_many_were_suppressed(scene: Scene) -> None:
    scene.desk.raise_alert(an_alert())
    await scene.told(1)
    for _ in range(3):
        scene.desk.raise_alert(an_alert())
        await until(lambda: not len(scene.desk.pile))

    scene.pass_by(300)
    scene.desk.raise_alert(an_alert())

    notices = await scene.told(2)
    assert [notice.groups[0].suppressed for notice in notices] == [0, 3]


async def test_another_component_is_another_matter(scene: Scene) -> None:
    scene.desk.raise_alert(an_alert(component=AlertComponent.LLM))
    scene.desk.raise_alert(an_alert(component=AlertComponent.MEMORY_SERVICE))

    await scene.told(2)


async def test_critical_alerts_are_grouped_and_never_suppressed(scene: Scene) -> None:
    for _ in range(2):
        for number in range(3):
            scene.desk.raise_alert(an_alert(AlertLevel.CRITICAL, conversation=f"conv_{number}"))
        scene.pass_by(GATHER_SECONDS)
        await until(lambda: not len(scene.desk.pile))

    assert [(notice.groups[0].count, notice.level) for notice in scene.channel.sent] == [(3, "CRITICAL")] * 2


async def test_what_can_wait_comes_in_a_digest(scene: Scene) -> None:
    for component in (AlertComponent.QUESTIONS, AlertComponent.EMOTION):
        scene.desk.raise_alert(an_alert(AlertLevel.LOW, component=component))

    scene.pass_by(DIGEST_SECONDS)

    [digest] = await scene.told(1)
    assert digest.is_digest
    assert len(digest.groups) == 2


async def test_nobody_waits_for_a_channel_that_hangs_and_what_is_raised_takes_no_room(scene: Scene) -> None:
    scene.channel.open.clear()
    scene.desk.raise_alert(an_alert())
    await until(lambda: scene.channel.asked == 1)

    for number in range(10_000):
        scene.desk.raise_alert(an_alert(list(AlertLevel)[number % 5]))

    assert len(scene.desk.pile) == 5
    scene.channel.open.set()
    await scene.told(2)


async def test_what_cannot_be_delivered_is_logged_counted_and_told_of_in_the_next_notice(scene: Scene) -> None:
    scene.channel.failures = 1
    with capture_logs() as lines:
        scene.desk.raise_alert(an_alert(AlertLevel.HIGH))
        scene.desk.raise_alert(an_alert(AlertLevel.MEDIUM))
        [notice] = await scene.told(1)

    assert (notice.level, notice.lost) == ("MEDIUM", 1)
    assert ("LLM_TIMEOUT", "error") in {(line.get("type"), line["log_level"]) for line in lines}


async def test_a_critical_group_is_tried_until_it_is_delivered(scene: Scene) -> None:
    scene.channel.failures = 3
    scene.desk.raise_alert(an_alert(AlertLevel.CRITICAL, conversation="conv_1"))
    scene.pass_by(GATHER_SECONDS)
    for failures_left in (2, 1, 0):
        await until(partial(_has_failed, scene, failures_left))
        scene.pass_by(AGAIN_SECONDS)

    [notice] = await scene.told(1)
    assert notice.groups[0].conversation_ids == ("conv_1",)


def _has_failed(scene: Scene, failures_left: int) -> bool:
    return scene.channel.failures == failures_left and len(scene.desk.pile) == 1


async def test_who_stops_tells_everything_at_once(scene: Scene) -> None:
    for level in AlertLevel:
        scene.desk.raise_alert(an_alert(level))

    await scene.desk.drain()

    assert [notice.level for notice in scene.channel.sent] == ["CRITICAL", "HIGH", "MEDIUM", "INFO", "LOW"]


async def test_who_stops_tries_nothing_twice(scene: Scene) -> None:
    scene.channel.failures = 1
    scene.desk.raise_alert(an_alert(AlertLevel.CRITICAL))

    with capture_logs() as lines:
        await scene.desk.drain()

    assert (scene.channel.asked, scene.channel.sent) == (1, [])
    assert "PERMANENTLY_FAILED" in {line.get("type") for line in lines}


async def test_what_is_left_when_time_is_up_is_logged_what_is_on_its_way_included() -> None:
    scene = Scene()
    scene.channel.open.clear()
    with capture_logs() as lines:
        async with _running(scene.desk):
            scene.desk.raise_alert(an_alert(AlertLevel.HIGH))
            await until(lambda: scene.channel.asked == 1)
            scene.desk.raise_alert(an_alert(AlertLevel.MEDIUM))
        scene.desk.give_up()

    assert {line.get("type") for line in lines} == {"LLM_TIMEOUT", "SLOW_REQUEST"}


async def test_a_bug_in_a_channel_is_loud_and_costs_no_critical_alert() -> None:
    class BrokenChannel(AlertChannel):
        async def send(self, notice: AlertNotice) -> None:
            raise ZeroDivisionError

    watch = Watch()
    desk = AlertDesk(channel=BrokenChannel(), suppression=ProcessSuppression(), monotonic=watch, pause_seconds=0.0)
    desk.raise_alert(an_alert(AlertLevel.CRITICAL))
    watch.seconds = A_DAY

    async with asyncio.timeout(GUARD_SECONDS):
        with pytest.raises(ZeroDivisionError):
            await desk.run()

    assert len(desk.pile) == 1
