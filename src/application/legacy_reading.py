"""Rows of the first implementation, read until they can be stored here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from application.fingerprint import fingerprint
from application.pacing import read_in_slices
from application.ports.conversation_logs import ConversationLogs
from application.ports.legacy_source import Cells, LegacyRow
from application.ports.log_encoder import LogEncoder
from domain.conversation import Conversation
from domain.conversation_log import InvalidConversationLog, LogReader
from domain.ended_conversation import EndedConversation
from domain.event import ConversationEvent, LogSummary
from domain.event_status import EventStatus, FailureCode
from domain.friendship import Friendship
from domain.identifiers import EventId, UserId
from domain.legacy.event import LegacyEvent, read_event
from domain.legacy.findings import Read, Repair, Tally, Unusable
from domain.legacy.status import read_status

NOT_STORED = EventId(0)
HISTORY = (EventStatus.PROCESSED, EventStatus.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableEvent:
    event: ConversationEvent
    """Its id is given by the store."""
    log: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyEventReader:
    """Logs become what they would be, had the conversation been posted here."""

    logs: ConversationLogs
    """In the database."""
    encoder: LogEncoder

    async def read(self, cells: Cells, *, zone: tzinfo, now: datetime) -> Read[ReadableEvent]:
        """Raises Unusable."""
        found = read_event(cells, zone)
        legacy, repairs = found.value, set(found.repairs)
        raw = await _conversation(legacy.reported, legacy.raw_log_items)
        said = await _conversation(legacy.reported, legacy.log_items)
        if said is None:
            said = raw if raw is not None else _without_log(legacy.status)
            repairs.add(Repair.NO_LOG if raw is None else Repair.RAW_LOG)
        log = await self.encoder.encode(said)
        # Of what the backend sent, so that we know it again should it be sent again.
        digest = log.digest if raw is None or raw == said else (await self.encoder.encode(raw)).digest
        kept = await self.logs.keep(log.content)
        event = _event(legacy, LogSummary.of(said, size_bytes=log.size_bytes), kept.location, digest, now)
        return Read(value=ReadableEvent(event=event, log=log.content), repairs=frozenset(repairs))


def read_statuses(
    rows: Sequence[LegacyRow], zone: tzinfo, tally: Tally
) -> tuple[Mapping[UserId, tuple[str, Read[Friendship]]], Tally]:
    """Keys and friendships of those that can be used; the tally tells of the others."""
    found: dict[UserId, tuple[str, Read[Friendship]]] = {}
    for row in rows:
        try:
            read = read_status(row.cells, zone)
        except Unusable as error:
            tally = tally.without(row.key, str(error))
            continue
        if read.value.user_id in found:
            tally = tally.without(row.key, "it differs from another user in blanks only")
        else:
            found[read.value.user_id] = row.key, read
    return found, tally


async def _conversation(reported: EndedConversation, items: Sequence[object] | None) -> Conversation | None:
    """None: there is none that can be read."""
    if items is None:
        return None
    reader = LogReader(start_time=reported.start_time, end_time=reported.end_time, raw_items=max(1, len(items)))
    await read_in_slices(reader, items)
    try:
        return reader.conversation()
    except InvalidConversationLog:
        return None


def _without_log(status: EventStatus) -> Conversation:
    """History is worth keeping without what was said; what waits would count nothing, silently."""
    if status not in HISTORY:
        raise Unusable("its log cannot be read, and it still waits to be scored")
    return Conversation()


def _event(legacy: LegacyEvent, log: LogSummary, location: str, digest: str, now: datetime) -> ConversationEvent:
    given_up = legacy.status is EventStatus.PERMANENTLY_FAILED
    return ConversationEvent(
        event_id=NOT_STORED,
        conversation_id=legacy.reported.conversation_id,
        reported=legacy.reported,
        log=log,
        log_location=location,
        fingerprint=fingerprint(legacy.reported, digest),
        created_at=legacy.created_at,
        status=legacy.status,
        attempt_count=legacy.attempt_count,
        next_attempt_at=now if legacy.status is EventStatus.PENDING else None,
        processed_at=legacy.processed_at,
        error_code=FailureCode.UNEXPECTED_ERROR if given_up else None,
        error_details=legacy.error_details,
        signals=legacy.signals,
        score=legacy.score,
        new_friendship_level=legacy.new_friendship_level,
    )
