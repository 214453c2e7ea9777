from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from application.errors import DependencyUnavailable, LogUnavailable, UserErased
from application.fingerprint import fingerprint
from application.pacing import read_in_slices
from application.ports.clock import Clock
from application.ports.conversation_events import Announcement
from application.ports.conversation_intake import ConversationIntake
from application.ports.conversation_logs import ConversationLogs, KeptLog
from application.ports.event_announcer import EventAnnouncer
from application.ports.log_encoder import EncodedLog, LogEncoder
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.conversation import Conversation
from domain.conversation_log import LogReader
from domain.ended_conversation import EndedConversation, candidate_ids
from domain.event import ConversationEvent, LogSummary, NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConversationEndCommand:
    reported: EndedConversation
    log_items: Sequence[object]
    """As sent, in either form; decoded no sooner than it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedConversationEnd:
    event: ConversationEvent
    duplicate: bool
    unknown_speakers: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordConversationEnd:
    """Makes an ended conversation durable, log included, then announces it.

    Safe to repeat: the same content under the same reported id is the same event. Raises InvalidConversationLog
    and UserErased, and nothing was stored; DependencyUnavailable, and it may have been: a retry tells.
    """

    intake: ConversationIntake
    unit_of_work: UnitOfWorkFactory
    logs: ConversationLogs
    encoder: LogEncoder
    announcer: EventAnnouncer
    clock: Clock

    async def __call__(self, command: RecordConversationEndCommand) -> RecordedConversationEnd:
        reader = await self._read(command)
        conversation = reader.conversation()
        encoded = await self.encoder.encode(conversation)
        recorded = await self._store(command.reported, conversation, encoded)
        if not recorded.duplicate:
            self.announcer.announce(_announcement(recorded.event))
        return replace(recorded, unknown_speakers=reader.unknown_speakers)

    async def _read(self, command: RecordConversationEndCommand) -> LogReader:
        reader = LogReader(
            start_time=command.reported.start_time,
            end_time=command.reported.end_time,
            raw_items=len(command.log_items),
        )
        await read_in_slices(reader, command.log_items)
        return reader

    async def _store(
        self, reported: EndedConversation, conversation: Conversation, encoded: EncodedLog
    ) -> RecordedConversationEnd:
        kept = await self.logs.keep(encoded.content)
        new = NewEvent(
            conversation_id=reported.conversation_id,
            reported=reported,
            log=LogSummary.of(conversation, size_bytes=encoded.size_bytes),
            log_location=kept.location,
            fingerprint=fingerprint(reported, encoded.digest),
            created_at=self.clock.now(),
        )
        try:
            return await self._accepted(new, kept)
        except UserErased:
            await self._let_go(kept)
            raise

    async def _accepted(self, new: NewEvent, kept: KeptLog) -> RecordedConversationEnd:
        for conversation_id in candidate_ids(new.reported):
            if stored := await self.intake.accept(replace(new, conversation_id=conversation_id), kept.inline):
                return RecordedConversationEnd(event=stored, duplicate=False)
            if twin := await self._twin(new):
                return RecordedConversationEnd(event=twin, duplicate=True)
        raise AssertionError("candidate ids are endless")

    async def _let_go(self, kept: KeptLog) -> None:
        """Of an erased child nothing is to lie about, not even until orphans are collected."""
        if kept.inline is None:
            with suppress(DependencyUnavailable, LogUnavailable):
                await self.logs.delete(kept.location)

    async def _twin(self, new: NewEvent) -> ConversationEvent | None:
        async with self.unit_of_work() as work:
            return await work.events.twin(new.reported.conversation_id, new.fingerprint)


def _announcement(event: ConversationEvent) -> Announcement:
    return Announcement(
        event_id=event.event_id,
        conversation_id=event.conversation_id,
        user_id=event.reported.user_id,
        bot_id=event.reported.bot_id,
        traceparent=event.traceparent,
    )
