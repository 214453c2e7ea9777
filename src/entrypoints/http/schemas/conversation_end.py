import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from application.pacing import read_in_slices
from domain.conversation_log import InvalidConversationLog, LogReader
from domain.ended_conversation import EndedConversation
from domain.identifiers import BotId, ConversationId, UserId
from entrypoints.http.json_body import decoded, fault_of, members_of
from entrypoints.http.problems import Fault, RefusedRequest, does_not_fit
from entrypoints.http.schemas.log_items import LOG_SCHEMA, LogItems, log_items
from entrypoints.http.schemas.moments import utc
from entrypoints.http.schemas.texts import Id, Name, ShortName

# Far from the ends of the calendar, beyond which a time has no name in some other time zone.
FIRST_YEAR, LAST_YEAR = 1900, 8999
_YEARS = {"pattern": "^(19|[2-8][0-9])[0-9]{2}-"}
Moment = Annotated[datetime, msgspec.Meta(tz=True, extra_json_schema=_YEARS)]
UnreadLog = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema=LOG_SCHEMA)]
LOG_FIELDS = ("conversation_log", "conversation_logs")
EITHER_LOG = {"oneOf": [{"required": [name]} for name in LOG_FIELDS]}
"""What the document says of the two fields, each of which may be missing."""
# Of a log that is only looked through, where times do not matter.
ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class ConversationEndBody(msgspec.Struct, frozen=True, kw_only=True):
    """Unknown fields, those of old callers among them, are ignored: a client never sets results."""

    conversation_id: Id
    user_id: Id
    bot_type: ShortName
    bot_id: Name
    bot_name: Name
    agent_tag: Name | None = None
    start_time: Moment
    end_time: Moment
    # As they came: see log_items.
    conversation_log: UnreadLog | msgspec.UnsetType = msgspec.UNSET
    conversation_logs: UnreadLog | msgspec.UnsetType = msgspec.UNSET

    def reported(self) -> EndedConversation:
        """With times in UTC: PostgreSQL reads no offset of sixteen hours or more, which RFC 3339 allows."""
        return EndedConversation(
            conversation_id=ConversationId(self.conversation_id),
            user_id=UserId(self.user_id),
            bot_type=self.bot_type,
            bot_id=BotId(self.bot_id),
            bot_name=self.bot_name,
            agent_tag=self.agent_tag,
            start_time=utc(self.start_time),
            end_time=utc(self.end_time),
        )

    @property
    def log_fields(self) -> list[str]:
        """Under which of the two spellings there is a log; a good body has one."""
        return [name for name in LOG_FIELDS if getattr(self, name) is not msgspec.UNSET]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEnd:
    reported: EndedConversation
    log_field: str
    log_items: LogItems


_decoder = msgspec.json.Decoder(ConversationEndBody)
_moment_decoder: msgspec.json.Decoder[datetime] = msgspec.json.Decoder(Moment)


async def conversation_end(content: bytes) -> ReceivedEnd:
    """Raises RefusedRequest. Faults of single log items are left to those who read the log, if the rest fits.

    Lets others have their turn in between: a large body takes milliseconds, a hostile one more.
    """
    try:
        body = decoded(content, _decoder)
    except RefusedRequest as refused:
        if not refused.faults:
            raise
        raise does_not_fit([*refused.faults, *await _further_faults(content)]) from None
    await asyncio.sleep(0)
    fields = body.log_fields
    if faults := list(_contradictions(body.start_time, body.end_time, fields)):
        raise does_not_fit([*faults, *await _item_faults(members_of(content) or {})])
    items = _items(getattr(body, fields[0]), fields[0], faults)
    if items is None:
        raise does_not_fit(faults)
    return ReceivedEnd(reported=body.reported(), log_field=fields[0], log_items=items)


def _contradictions(start: datetime | None, end: datetime | None, logs: Sequence[str]) -> Iterator[Fault]:
    """What no field alone is to blame for. None: a time that is a fault of its own."""
    for name, moment in (("start_time", start), ("end_time", end)):
        if moment and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            yield Fault(path=name, message=f"Expected a time in one of the years {FIRST_YEAR} to {LAST_YEAR}")
    if start and end and end <= start:
        yield Fault(path="end_time", message="Expected a time after start_time")
    if not logs:
        yield Fault(path="conversation_logs", message="Missing")
    elif len(logs) > 1:
        yield Fault(path="conversation_log", message="Expected either conversation_log or conversation_logs, not both")


async def _further_faults(content: bytes) -> list[Fault]:
    """What else is wrong when some fields are wrong already."""
    members = members_of(content)
    if members is None:
        return []
    logs = [name for name in LOG_FIELDS if name in members]
    contradictions = _contradictions(_moment(members.get("start_time")), _moment(members.get("end_time")), logs)
    return [*contradictions, *await _item_faults(members)]


def _moment(raw: msgspec.Raw | None) -> datetime | None:
    try:
        return _moment_decoder.decode(raw) if raw else None
    except msgspec.ValidationError:
        return None


async def _item_faults(members: Mapping[str, msgspec.Raw]) -> list[Fault]:
    found: list[Fault] = []
    for name in LOG_FIELDS:
        items = _items(members[name], name, found) if name in members else None
        if items is None:
            continue
        reader = LogReader(start_time=ANY_TIME, end_time=ANY_TIME, raw_items=max(1, len(items)))
        await read_in_slices(reader, items)
        try:
            reader.conversation()
        except InvalidConversationLog as error:
            found.extend(log_faults(error, name))
    return found


def _items(raw: msgspec.Raw, name: str, faults: list[Fault]) -> LogItems | None:
    """None, and why in ``faults``."""
    try:
        return log_items(raw)
    except msgspec.ValidationError as error:
        faults.append(fault_of(name, error))
        return None


def log_faults(error: InvalidConversationLog, name: str) -> Iterator[Fault]:
    """``name`` is the field that holds the log."""
    yield from (Fault(path=f"{name}[{fault.index}]", message=fault.message) for fault in error.faults)
