from datetime import timedelta

from application.use_cases.forget_old_logs import ForgetOldLogs
from application.use_cases.show_conversation import ShowConversation
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.unit.application.operating import a_recorded_event
from tests.unit.application.world import World

RETENTION = timedelta(days=30)


def _forgetting(world: World) -> ForgetOldLogs:
    return ForgetOldLogs(unit_of_work=world.unit_of_work, clock=world.clock, retention=RETENTION, batch_size=2)


async def test_what_a_child_said_is_forgotten_when_it_is_old_and_its_score_stays() -> None:
    world = World()
    event = await a_recorded_event(world)
    await world.score(event.event_id)
    show = ShowConversation(unit_of_work=world.unit_of_work, logs=world.logs, encoder=ZstdJsonLogEncoder())
    world.clock.advance(RETENTION)
    assert await _forgetting(world)() == 0
    assert (await show(event.conversation_id, with_log=True)).conversation is not None

    world.clock.advance(timedelta(seconds=1))

    assert await _forgetting(world)() == 1
    shown = await show(event.conversation_id, with_log=True)
    assert shown.conversation is None
    assert shown.event.score is not None
    assert world.database.tables.logs == {}


async def test_what_is_not_scored_yet_is_never_forgotten() -> None:
    world = World()
    await a_recorded_event(world)
    world.clock.advance(RETENTION * 2)

    assert await _forgetting(world)() == 0
