import hashlib
from collections.abc import Mapping
from dataclasses import replace

from application.ports.imports import ImportPart, ImportProgress
from domain.event import ConversationEvent
from domain.event_status import EventStatus
from domain.friendship import Friendship
from domain.identifiers import BotId, ConversationId, TopicId, UserId
from domain.legacy.findings import Outcome, Repair, Tally
from domain.topic_metrics import TopicMetrics
from tests.contracts.storage import LEASE, Storage, a_new_event
from tests.examples import ENDED, P1, P2, USER, a_friendship, a_reported_conversation, a_score, an_event

SOURCE = "127.0.0.1:5432/legacy"
MOVIE = TopicId("movie")
TOPIC = TopicMetrics(score=87.0, turns=41, friendship_level=P2, last_date=ENDED, agents_used=(BotId("bot_17"),))
BALANCE = replace(
    a_friendship(score=600.0, streak_day=3, last_interaction_date=ENDED),
    topics={MOVIE: TOPIC},
    last_followup_topic="pets",
)


async def _add(storage: Storage, *friendships: Friendship) -> Mapping[UserId, Outcome]:
    async with storage.unit_of_work() as work:
        outcomes = await work.imports.add_balances(friendships, at=ENDED)
        await work.commit()
    return outcomes


async def _add_events(storage: Storage, *events: ConversationEvent) -> list[Outcome]:
    async with storage.unit_of_work() as work:
        outcomes = await work.imports.add_events([(event, b"a log") for event in events])
        await work.commit()
    return [outcomes[event.conversation_id] for event in events]


async def _erase(storage: Storage, user_id: UserId = USER) -> None:
    async with storage.unit_of_work() as work:
        await work.erasures.shut_out(user_id, at=ENDED)
        await work.commit()


async def _differences(storage: Storage) -> int:
    async with storage.unit_of_work() as work:
        return len((await work.ledger.check(after=None, users=100)).differences)


def _event(
    name: str = "conv_0001", *, status: EventStatus = EventStatus.PROCESSED, user: str = USER
) -> ConversationEvent:
    event = an_event(reported=a_reported_conversation(name, user_id=user), status=status, next_attempt_at=None)
    digest = hashlib.sha256(name.encode()).hexdigest()
    if status is EventStatus.PENDING:
        return replace(event, next_attempt_at=ENDED, fingerprint=digest)
    return replace(
        event, fingerprint=digest, attempt_count=2, processed_at=ENDED, score=a_score(), new_friendship_level=P1
    )


async def test_an_import_begins_at_the_beginning(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        assert await work.imports.progress(SOURCE, ImportPart.EVENTS) == ImportProgress(part=ImportPart.EVENTS)


async def test_how_far_it_is_is_remembered_for_each_source_and_part(storage: Storage) -> None:
    tally = Tally().with_outcome("a", Outcome.ADDED, [Repair.TRIMMED]).without("b", "it is odd")
    first = ImportProgress(part=ImportPart.EVENTS, position="conv_0007", tally=tally)
    last = replace(first, position="conv_0009", finished=True)
    async with storage.unit_of_work() as work:
        await work.imports.mark(SOURCE, first)
        await work.imports.mark(SOURCE, last)
        await work.commit()

    async with storage.unit_of_work() as work:
        assert await work.imports.progress(SOURCE, ImportPart.EVENTS) == last
        assert not (await work.imports.progress(SOURCE, ImportPart.FRIENDSHIPS)).finished
        assert not (await work.imports.progress("another", ImportPart.EVENTS)).finished


async def test_a_balance_becomes_a_friendship_with_a_ledger_that_says_so(storage: Storage) -> None:
    outcomes = await _add(storage, BALANCE, a_friendship("user_43"))

    assert outcomes == {USER: Outcome.ADDED, "user_43": Outcome.ADDED}
    assert await storage.friendship() == BALANCE
    assert await storage.friendship(UserId("user_43")) == a_friendship("user_43")
    assert await _differences(storage) == 0
    async with storage.unit_of_work() as work:
        entries, total = await work.ledger.of_user(USER, limit=10, offset=0)
    assert total == 2
    assert {entry.reason for entry in entries} == {"imported"}


async def test_a_balance_is_added_once(storage: Storage) -> None:
    await _add(storage, BALANCE)

    again = await _add(storage, replace(BALANCE, score=700.0), a_friendship("user_43"))

    assert again == {USER: Outcome.THERE, "user_43": Outcome.ADDED}
    assert await storage.friendship() == BALANCE


async def test_a_balance_adds_to_what_was_counted_here(storage: Storage) -> None:
    await storage.keep_friendship(a_friendship(streak_day=9))
    later = replace(BALANCE, user_id=UserId("user_43"))
    await _add(storage, later)

    outcomes = await _add(storage, BALANCE)

    assert outcomes == {USER: Outcome.ADDED}
    assert await storage.friendship() == BALANCE
    assert await _differences(storage) == 0


async def test_nothing_comes_back_about_a_child_that_was_erased(storage: Storage) -> None:
    await _erase(storage)

    assert await _add(storage, BALANCE) == {USER: Outcome.ERASED}
    assert await _add_events(storage, _event(), _event("conv_0002", user="user_43")) == [Outcome.ERASED, Outcome.ADDED]
    assert await storage.friendship() is None


async def test_without_a_commit_nothing_is_added(storage: Storage) -> None:
    async with storage.unit_of_work() as work:
        await work.imports.add_balances([BALANCE], at=ENDED)
        await work.imports.add_events([(_event(), b"a log")])

    assert await storage.friendship() is None
    assert await _add_events(storage, _event()) == [Outcome.ADDED]


async def test_an_event_is_stored_as_it_is_with_its_log(storage: Storage) -> None:
    event = replace(_event(), log_location=(await storage.logs.keep(b"a log")).location)
    await _add_events(storage, event)

    async with storage.unit_of_work() as work:
        stored = await work.events.find(ConversationId("conv_0001"))
    assert stored
    assert replace(stored, event_id=event.event_id) == event
    assert await storage.logs.fetch(stored.event_id, stored.log_location) == b"a log"


async def test_what_waits_is_announced_and_can_be_claimed(storage: Storage) -> None:
    await _add_events(storage, _event(status=EventStatus.PENDING), _event("conv_0002"))

    (announced,) = await storage.take(now=ENDED)

    event = await storage.event(announced.event_id)
    assert event.conversation_id == "conv_0001"
    assert (await storage.claimed(event, now=ENDED + LEASE)).attempt_count == 1


async def test_an_id_that_is_taken_and_content_that_is_stored_are_left_as_they_are(storage: Storage) -> None:
    ours = await storage.added(a_new_event("conv_0001", content="ours"))
    twin = replace(_event("conv_0002"), conversation_id=ConversationId("conv_0003"))

    outcomes = await _add_events(storage, _event("conv_0001"), _event("conv_0002"), twin)

    assert outcomes == [Outcome.THERE, Outcome.ADDED, Outcome.THERE]
    assert await storage.event(ours.event_id) == ours


async def test_nothing_at_all_may_be_added(storage: Storage) -> None:
    assert await _add(storage) == {}
    assert await _add_events(storage) == []
