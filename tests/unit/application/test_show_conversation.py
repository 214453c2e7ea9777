import pytest

from application.errors import ConversationNotFound, LogUnavailable, MemoriesUnavailable
from application.use_cases.show_conversation import ShowConversation
from domain.event_status import AttemptOutcome
from domain.identifiers import ConversationId
from infrastructure.in_memory.analyst import ScriptedMemories
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from tests.unit.application.world import World

CONVERSATION = ConversationId("conv_0001")


def _showing(world: World) -> ShowConversation:
    return ShowConversation(unit_of_work=world.unit_of_work, logs=world.logs, encoder=ZstdJsonLogEncoder())


async def test_a_conversation_is_shown_with_its_attempts() -> None:
    world = World(memories=ScriptedMemories(counts=[MemoriesUnavailable("away")]))
    event_id = await world.recorded()
    await world.score(event_id)

    shown = await _showing(world)(CONVERSATION)

    assert shown.event == world.event(event_id)
    assert [attempt.outcome for attempt in shown.attempts] == [AttemptOutcome.FAILED]


async def test_the_log_is_shown_when_it_is_asked_for() -> None:
    world = World()
    await world.record("pu up")

    without = await _showing(world)(CONVERSATION)
    with_log = await _showing(world)(CONVERSATION, with_log=True)

    assert without.conversation is None
    assert with_log.conversation is not None
    assert [utterance.text for utterance in with_log.conversation.utterances] == [f"line {n}" for n in range(1, 5)]


async def test_a_conversation_nobody_reported_is_not_found() -> None:
    with pytest.raises(ConversationNotFound, match="conv_0001"):
        await _showing(World())(CONVERSATION)


async def test_a_lost_log_does_not_hide_the_conversation() -> None:
    world = World()
    event_id = await world.recorded()
    del world.database.tables.logs[event_id]

    assert (await _showing(world)(CONVERSATION)).event.event_id == event_id
    with pytest.raises(LogUnavailable):
        await _showing(world)(CONVERSATION, with_log=True)
