"""The use cases of those who look after events and users, in the world of the others."""

from dataclasses import replace
from datetime import timedelta

from application.analysis import Analysis
from application.log_removal import LogRemoval
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.conversation_logs import ConversationLogs
from application.use_cases.check_scoring_request import CheckScoringRequest
from application.use_cases.delete_erased_logs import DeleteErasedLogs
from application.use_cases.erase_user import EraseUser
from application.use_cases.list_conversations import ListConversations
from application.use_cases.preview_score import PreviewScore
from application.use_cases.retry_event import RetryEvent
from application.use_cases.retry_events import RetryEvents
from application.use_cases.show_ledger import ShowLedger
from application.use_cases.skip_event import SkipEvent
from application.use_cases.update_profile import UpdateProfile
from application.use_cases.verify_ledger import VerifyLedger
from domain.event import ConversationEvent
from domain.event_status import EventStatus, FailureCode
from domain.identifiers import EventId
from domain.scoring import ScoringRules
from infrastructure.log_encoding.zstd_json import ZstdJsonLogEncoder
from infrastructure.switched_off.analyst import UnaskedMemories
from tests.examples import a_reported_conversation
from tests.unit.application.world import World

AGAIN = timedelta(minutes=5)


def listing(world: World) -> ListConversations:
    return ListConversations(unit_of_work=world.unit_of_work)


def retrying(world: World) -> RetryEvent:
    return RetryEvent(unit_of_work=world.unit_of_work, announcer=world.announcer, clock=world.clock)


def retrying_many(world: World) -> RetryEvents:
    return RetryEvents(unit_of_work=world.unit_of_work, clock=world.clock)


def skipping(world: World) -> SkipEvent:
    return SkipEvent(unit_of_work=world.unit_of_work, clock=world.clock)


def previewing(world: World, analyst: ConversationAnalyst | None = None) -> PreviewScore:
    limit = timedelta(milliseconds=50)
    return PreviewScore(
        unit_of_work=world.unit_of_work,
        logs=world.logs,
        encoder=ZstdJsonLogEncoder(),
        analysis=Analysis(analyst=analyst or world.analyst, memories=UnaskedMemories(), limit=limit),
        rules=ScoringRules(),
    )


def checking_requests(world: World) -> CheckScoringRequest:
    return CheckScoringRequest(unit_of_work=world.unit_of_work, clock=world.clock)


def showing_ledger(world: World) -> ShowLedger:
    return ShowLedger(unit_of_work=world.unit_of_work)


def verifying(world: World, *, users_at_a_time: int = 2) -> VerifyLedger:
    return VerifyLedger(unit_of_work=world.unit_of_work, users_at_a_time=users_at_a_time)


def updating(world: World) -> UpdateProfile:
    return UpdateProfile(unit_of_work=world.unit_of_work)


def erasing(world: World, logs: ConversationLogs | None = None, *, patience: float = 1.0) -> EraseUser:
    return EraseUser(
        unit_of_work=world.unit_of_work,
        removal=LogRemoval(unit_of_work=world.unit_of_work, logs=logs or world.logs),
        clock=world.clock,
        patience=timedelta(seconds=patience),
        logs_again_after=AGAIN,
    )


def deleting_logs(world: World, logs: ConversationLogs, *, batch_size: int = 10) -> DeleteErasedLogs:
    return DeleteErasedLogs(
        unit_of_work=world.unit_of_work,
        removal=LogRemoval(unit_of_work=world.unit_of_work, logs=logs),
        clock=world.clock,
        again_after=AGAIN,
        batch_size=batch_size,
    )


async def a_recorded_event(world: World, name: str = "conv_0001", *, user: str = "user_42") -> ConversationEvent:
    event_id = await world.recorded(reported=a_reported_conversation(name, user_id=user))
    return world.event(event_id)


async def a_failed_event(
    world: World,
    name: str = "conv_0001",
    *,
    user: str = "user_42",
    status: EventStatus = EventStatus.FAILED,
    error_code: FailureCode = FailureCode.MEMORY_API_TIMEOUT,
) -> ConversationEvent:
    """With a single attempt behind it."""
    event = await a_recorded_event(world, name, user=user)
    due = world.clock.now() + timedelta(hours=6) if status is EventStatus.FAILED else None
    failed = replace(event, status=status, attempt_count=1, fence=1, error_code=error_code, next_attempt_at=due)
    world.database.tables.events[event.event_id] = failed
    world.database.tables.announce_at.pop(event.event_id)
    return failed


def changed(world: World, event_id: EventId, status: EventStatus) -> ConversationEvent:
    event = replace(world.event(event_id), status=status)
    world.database.tables.events[event_id] = event
    return event
