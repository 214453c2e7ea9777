import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from infrastructure.in_memory.alerts import RememberingAlerts
from infrastructure.resilience import supervisor
from infrastructure.resilience.supervisor import supervised

GUARD_SECONDS = 10


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "PAUSE_SECONDS", 0.0)


@dataclass(slots=True, kw_only=True)
class Troubled:
    """Ends badly the first time, then works until it is cancelled."""

    trouble: Callable[[], Awaitable[None]]
    began: int = 0
    at_work: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: bool = False

    async def run(self) -> None:
        self.began += 1
        if self.began == 1:
            await self.trouble()
            return
        self.at_work.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True


async def _crashing() -> None:
    raise ZeroDivisionError


async def _cancelled_by_a_library() -> None:
    raise asyncio.CancelledError


async def _patient() -> None:
    await asyncio.Event().wait()


async def _returning() -> None:
    return


@pytest.mark.parametrize("trouble", [_crashing, _cancelled_by_a_library, _returning])
async def test_whatever_ends_a_task_it_begins_again(trouble: Callable[[], Awaitable[None]]) -> None:
    troubled = Troubled(trouble=trouble)

    async with asyncio.timeout(GUARD_SECONDS), supervised("troubled", troubled.run):
        await troubled.at_work.wait()

    assert (troubled.began, troubled.stopped) == (2, True)


async def test_leaving_ends_the_task_for_good() -> None:
    tasks_before = asyncio.all_tasks()

    async with supervised("patient", Troubled(trouble=_patient).run):
        await asyncio.sleep(0)

    assert asyncio.all_tasks() <= tasks_before


async def test_an_error_inside_is_told_after_the_task_was_ended() -> None:
    troubled = Troubled(trouble=_crashing)

    with pytest.raises(LookupError):
        await _fail_beside(troubled)

    assert troubled.stopped


async def _fail_beside(troubled: Troubled) -> None:
    async with asyncio.timeout(GUARD_SECONDS), supervised("troubled", troubled.run):
        await troubled.at_work.wait()
        raise LookupError


async def test_a_crash_is_told_to_people_by_its_kind() -> None:
    troubled, alerts = Troubled(trouble=_crashing), RememberingAlerts()

    async with asyncio.timeout(GUARD_SECONDS), supervised("troubled", troubled.run, alerts):
        await troubled.at_work.wait()

    [alert] = alerts.raised
    assert (alert.type, alert.level, alert.component) == ("SYSTEM_ERROR", "CRITICAL", "background")
    assert "ZeroDivisionError" in alert.what
