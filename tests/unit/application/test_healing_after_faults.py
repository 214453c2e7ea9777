"""After analysis failed now and then, and was healed, everything is as if it had never failed."""

import asyncio
import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.identifiers import ConversationId, UserId
from domain.refold import topic_levels
from tests.contracts.storage import in_memory_storage
from tests.healing import Chat, Service, some_chats

USERS, EACH = 4, 14
DAYS_OF_HEALING = 12


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_once_healed_every_user_is_what_it_were_without_the_fault(seed: int) -> None:
    chats = some_chats(seed, users=USERS, each=EACH)

    well, flaky = asyncio.run(_talked(chats, seed, failing=0.0)), asyncio.run(_talked(chats, seed, failing=0.3))

    assert flaky.analyst.asked != well.analyst.asked, "something failed"
    assert asyncio.run(_outcome(flaky)) == asyncio.run(_outcome(well))
    assert asyncio.run(flaky.differences()) == []
    assert sorted(flaky.memories.extracted) == sorted(well.memories.extracted), "no memory is extracted twice"


async def _talked(chats: list[list[Chat]], seed: int, *, failing: float) -> Service:
    """Healing begins while children still talk, and goes on while analysis still fails."""
    service, chance = Service(storage=in_memory_storage(), seed=seed, failing=failing), random.Random(seed)  # noqa: S311 - for a test
    waiting = [list(of_user) for of_user in chats]
    while any(waiting):
        await service.talk(chance.choice([of_user for of_user in waiting if of_user]).pop(0))
        if failing and chance.random() < 0.2:
            service.storage.clock.advance(timedelta(minutes=10))
            await service.heal()
    for _ in range(DAYS_OF_HEALING):
        service.storage.clock.advance(timedelta(days=1, hours=6))
        await service.heal()
    service.recover()
    service.storage.clock.advance(timedelta(days=2))
    while await service.heal():
        pass
    return service


async def _outcome(service: Service) -> dict[str, object]:
    """Of every user all that is kept; of every event all that is told about its score."""
    async with service.storage.unit_of_work() as work:
        outcome: dict[str, object] = {}
        for user in (UserId(f"user_{number}") for number in range(USERS)):
            friendship = await work.friendships.find(user)
            history = await work.ledger.history(user)
            assert friendship is not None
            assert {topic: kept.friendship_level for topic, kept in friendship.topics.items()} == topic_levels(history)
            outcome[user] = friendship
            for number in range(EACH):
                event = await work.events.find(ConversationId(f"conv_{user[5:]}_{number}"))
                assert event is not None
                outcome[event.conversation_id] = (event.score, event.signals)
    return outcome
