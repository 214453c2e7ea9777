"""What must hold at every moment, whatever has happened so far."""

from collections import Counter

from domain.event import ConversationEvent
from domain.event_status import AttemptOutcome, EventStatus
from domain.healing import Healing
from domain.ledger_check import differences
from domain.refold import standings, topic_levels
from domain.retry_schedule import RetrySchedule
from infrastructure.in_memory.database import Tables

FINAL = (EventStatus.PROCESSED, EventStatus.SKIPPED, EventStatus.PERMANENTLY_FAILED)
WAITING = (EventStatus.PENDING, EventStatus.FAILED)
# One more: the claim that finds that every attempt ended with a dead worker, and gives up.
MOST_ATTEMPTS = RetrySchedule().max_attempts + 1


def assert_in_one_legal_state(event: ConversationEvent, tables: Tables) -> None:
    status = event.status
    assert (event.lease is not None) == (status is EventStatus.PROCESSING)
    assert status in FINAL or event.next_attempt_at is not None
    assert (status is EventStatus.PROCESSED) == (event.score is not None) == (event.processed_at is not None)
    assert status not in (EventStatus.FAILED, EventStatus.PERMANENTLY_FAILED) or event.error_code is not None
    assert 0 <= event.attempt_count <= MOST_ATTEMPTS
    # The relay knows of whatever is not at its end, or nobody would ever come back to it.
    assert (event.event_id in tables.announce_at) == (status not in FINAL)
    assert event.event_id in tables.logs
    assert status is EventStatus.PROCESSED or event.healing == Healing()
    assert event.healing.due_at is None or event.signals.degraded


def assert_attempts_tell_the_story(event: ConversationEvent, tables: Tables) -> None:
    attempts = tables.attempts.get(event.event_id, ())
    numbers = [attempt.number for attempt in attempts]
    assert numbers == sorted(set(numbers))
    assert all(number <= event.fence for number in numbers)
    still_open = [attempt.number for attempt in attempts if attempt.ended_at is None]
    assert still_open == ([event.fence] if event.status is EventStatus.PROCESSING else [])
    processed = [attempt for attempt in attempts if attempt.outcome is AttemptOutcome.PROCESSED]
    assert len(processed) == (event.status is EventStatus.PROCESSED)


def assert_counted_once(tables: Tables) -> None:
    """One revision 0 for each processed conversation and for nothing else; every sum is right."""
    counted = Counter(entry.conversation_id for entry in tables.ledger if entry.revision == 0)
    processed = [event.conversation_id for event in tables.events.values() if event.status is EventStatus.PROCESSED]
    assert counted == Counter(processed)
    users = {entry.user_id for entry in tables.ledger} | tables.friendships.keys()
    for user_id in users:
        entries = [entry for entry in tables.ledger if entry.user_id == user_id]
        friendship = tables.friendships.get(user_id)
        assert list(differences(user_id, friendship, entries)) == []
        topics = friendship.topics if friendship else {}
        assert {topic: metrics.friendship_level for topic, metrics in topics.items()} == topic_levels(entries)


def assert_told_as_counted(tables: Tables) -> None:
    """What an event says it counts is what its revisions in the ledger add up to, corrections included."""
    for event in tables.events.values():
        if event.score is not None:
            of_event = [entry for entry in tables.ledger if entry.conversation_id == event.conversation_id]
            assert standings(of_event)[event.conversation_id].change == event.score.final_score_change
