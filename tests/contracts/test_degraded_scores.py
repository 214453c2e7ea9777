import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from application.errors import Conflict
from domain.emotion import SessionEmotion
from domain.event import ConversationEvent
from domain.healing import Healing
from domain.identifiers import EventId, UserId
from domain.signals import Component, Signals
from tests.contracts.storage import Storage, a_new_event
from tests.examples import ENDED, P2, a_ledger_entry, a_reported_conversation, a_score

DEAF = Signals(emotion=SessionEmotion.HAPPY, degraded=frozenset({Component.QUESTIONS}))
MINUTE = timedelta(minutes=1)
DUE = ENDED + 5 * MINUTE
UNTIL = DUE + 4 * MINUTE


async def _processed(
    storage: Storage,
    conversation: str = "conv_0001",
    *,
    user: str = "user_42",
    signals: Signals = DEAF,
    heal_at: datetime | None = DUE,
) -> ConversationEvent:
    new = a_new_event(conversation, reported=a_reported_conversation(conversation, user_id=user))
    claimed = await storage.claimed(await storage.added(new))
    score = a_score(signals=signals)
    await storage.save(claimed.processed(now=ENDED, signals=signals, score=score, level=P2, heal_at=heal_at))
    return await storage.event(claimed.event_id)


async def _claim(
    storage: Storage, event: ConversationEvent, *, now: datetime = DUE, early: bool = False
) -> ConversationEvent | None:
    async with storage.unit_of_work() as work:
        claimed = await work.degraded.claim(event.event_id, now=now, until=now + (UNTIL - DUE), early=early)
        await work.commit()
    return claimed


async def _finish(storage: Storage, claimed: ConversationEvent, again_at: datetime | None = None) -> bool:
    async with storage.unit_of_work() as work:
        finished = await work.degraded.finish(claimed, again_at=again_at)
        await work.commit()
    return finished


async def _due(storage: Storage, now: datetime, limit: int = 10) -> list[str]:
    async with storage.unit_of_work() as work:
        return [event.conversation_id for event in await work.degraded.due(now, limit=limit)]


async def _all(storage: Storage, user: str | None = None, after: EventId | None = None, limit: int = 10) -> list[str]:
    async with storage.unit_of_work() as work:
        found = await work.degraded.all_of(UserId(user) if user else None, after=after, limit=limit)
    return [event.conversation_id for event in found]


async def test_a_degraded_event_is_due_when_its_time_has_come(storage: Storage) -> None:
    event = await _processed(storage)

    assert event.healing == Healing(due_at=DUE)
    assert await _due(storage, DUE - MINUTE) == []
    assert await _due(storage, DUE) == ["conv_0001"]


async def test_the_longest_due_come_first(storage: Storage) -> None:
    for number, minutes in enumerate([3, 1, 2]):
        await _processed(storage, f"conv_{number}", heal_at=ENDED + minutes * MINUTE)

    assert await _due(storage, DUE) == ["conv_1", "conv_2", "conv_0"]
    assert await _due(storage, DUE, limit=1) == ["conv_1"]


async def test_what_is_given_up_is_not_due_but_still_degraded(storage: Storage) -> None:
    given_up = await _processed(storage, "conv_1", heal_at=None)
    await _processed(storage, "conv_2", user="user_7")
    await _processed(storage, "conv_3", signals=Signals(questions=1), heal_at=None)

    assert await _due(storage, DUE) == ["conv_2"]
    assert await _all(storage) == ["conv_1", "conv_2"]
    assert await _all(storage, "user_42") == ["conv_1"]
    assert await _all(storage, after=given_up.event_id) == ["conv_2"]
    assert await _all(storage, limit=1) == ["conv_1"]


async def test_a_claim_numbers_the_tries_and_keeps_others_off(storage: Storage) -> None:
    event = await _processed(storage)

    claimed = await _claim(storage, event)

    assert claimed is not None
    assert claimed == await storage.event(event.event_id)
    assert claimed.healing == Healing(due_at=DUE, tries=1, leased_until=UNTIL)
    assert await _due(storage, DUE) == []
    assert await _claim(storage, event) is None
    assert await _claim(storage, event, early=True) is None


async def test_of_many_who_claim_one_succeeds(storage: Storage) -> None:
    event = await _processed(storage)

    claims = await asyncio.gather(*(_claim(storage, event) for _ in range(8)))

    assert len([claim for claim in claims if claim]) == 1


async def test_a_claim_that_is_not_heard_of_any_more_is_taken_over_and_shut_out(storage: Storage) -> None:
    event = await _processed(storage)
    dead = await _claim(storage, event)

    taken_over = await _claim(storage, event, now=UNTIL)

    assert dead is not None
    assert taken_over is not None
    assert taken_over.healing.tries == 2
    assert not await _finish(storage, dead)
    assert await _finish(storage, taken_over, again_at=UNTIL)
    assert not await _finish(storage, taken_over, again_at=None)
    assert (await storage.event(event.event_id)).healing == Healing(due_at=UNTIL, tries=2)


async def test_only_who_does_not_wait_claims_before_it_is_due(storage: Storage) -> None:
    event = await _processed(storage)

    assert await _claim(storage, event, now=ENDED) is None
    assert await _claim(storage, event, now=ENDED, early=True) is not None


async def test_only_what_is_degraded_and_processed_can_be_claimed(storage: Storage) -> None:
    whole = await _processed(storage, "conv_1", signals=Signals(questions=1), heal_at=None)
    waiting = await storage.added(a_new_event("conv_2"))

    assert await _claim(storage, whole, early=True) is None
    assert await _claim(storage, waiting, early=True) is None
    assert await _claim(storage, replace(whole, event_id=EventId(999)), early=True) is None


async def test_a_processed_event_is_rescored_and_nothing_else_about_it_changes(storage: Storage) -> None:
    event = await _processed(storage)
    heard = Signals(questions=3, emotion=SessionEmotion.HAPPY)
    rescored = event.rescored(a_score(signals=heard), signals=heard, level=P2)

    async with storage.unit_of_work() as work:
        await work.events.rescore([rescored])
        await work.commit()

    assert await storage.event(event.event_id) == rescored


async def test_what_is_not_processed_or_gone_is_not_rescored(storage: Storage) -> None:
    event = await _processed(storage)
    waiting = await storage.added(a_new_event("conv_2"))
    for wrong in (replace(event, event_id=waiting.event_id), replace(event, event_id=EventId(999))):
        with pytest.raises(Conflict):
            async with storage.unit_of_work() as work:
                await work.events.rescore([event, wrong])


async def test_it_can_be_told_whether_an_emotion_was_heard(storage: Storage) -> None:
    happy = await _processed(storage, "conv_1")
    deaf = await _processed(storage, "conv_2", signals=Signals(questions=1))

    async with storage.unit_of_work() as work:
        assert await work.events.any_emotion_heard([happy.conversation_id, deaf.conversation_id])
        assert not await work.events.any_emotion_heard([deaf.conversation_id])
        assert not await work.events.any_emotion_heard([])


async def test_the_history_of_a_user_is_told_in_the_order_it_was_appended(storage: Storage) -> None:
    entries = [
        a_ledger_entry(1.0, conversation_id="conv_2"),
        a_ledger_entry(2.0, conversation_id="conv_1"),
        a_ledger_entry(-1.0, conversation_id="conv_2", revision=1),
    ]
    async with storage.unit_of_work() as work:
        await work.ledger.extend(entries[:2])
        await work.ledger.append(a_ledger_entry(9.0, user_id="user_7"))
        await work.ledger.extend(entries[2:])
        await work.ledger.extend([])
        await work.commit()

    async with storage.unit_of_work() as work:
        assert list(await work.ledger.history(UserId("user_42"))) == entries
        with pytest.raises(Conflict):
            await work.ledger.extend([a_ledger_entry(1.0, conversation_id="conv_3"), entries[0]])
