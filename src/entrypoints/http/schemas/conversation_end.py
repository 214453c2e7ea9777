from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, overload

import msgspec

from domain.conversation_log import InvalidConversationLog, LogReader
from domain.ended_conversation import EndedConversation
from domain.identifiers import BotId, ConversationId, UserId
from entrypoints.http.json_body import decoded, members_of
from entrypoints.http.problems import Fault, RefusedRequest, does_not_fit, malformed

Id = Annotated[str, msgspec.Meta(min_length=3, max_length=255)]
Name = Annotated[str, msgspec.Meta(max_length=255)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
# Far from the ends of the calendar, beyond which a time has no name in some other time zone.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
LOG_FIELDS = ("conversation_log", "conversation_logs")


class ConversationEndBody(msgspec.Struct, frozen=True, kw_only=True):
    """Unknown fields, those of old callers among them, are ignored: a client never sets results."""

    conversation_id: Id
    user_id: Id
    bot_type: Annotated[str, msgspec.Meta(max_length=50)]
    bot_id: Name
    bot_name: Name
    agent_tag: Name | None = None
    start_time: Moment
    end_time: Moment
    conversation_log: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    conversation_logs: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET

    def reported(self) -> EndedConversation:
        return EndedConversation(
            conversation_id=ConversationId(self.conversation_id),
            user_id=UserId(self.user_id),
            bot_type=self.bot_type,
            bot_id=BotId(self.bot_id),
            bot_name=self.bot_name,
            agent_tag=self.agent_tag,
            start_time=self.start_time,
            end_time=self.end_time,
        )

    @property
    def log_field(self) -> str:
        """Which of the two spellings the log came under."""
        return next(name for name in LOG_FIELDS if getattr(self, name) is not msgspec.UNSET)

    def log_items(self) -> "LogItems":
        return LogItems(getattr(self, self.log_field))


class LogItems(Sequence[object]):
    """The items of a log, decoded one by one while they are read: 3 MB at once would hold up every other request."""

    def __init__(self, raws: Sequence[msgspec.Raw]) -> None:
        self._raws = raws

    def __len__(self) -> int:
        return len(self._raws)

    @overload
    def __getitem__(self, index: int) -> object: ...
    @overload
    def __getitem__(self, index: slice) -> "LogItems": ...
    def __getitem__(self, index: int | slice) -> object:
        return LogItems(self._raws[index]) if isinstance(index, slice) else _decoded_item(self._raws[index])

    def __iter__(self) -> Iterator[object]:
        return map(_decoded_item, self._raws)


_decoder = msgspec.json.Decoder(ConversationEndBody)
_item_decoder = msgspec.json.Decoder()
_log_decoder = msgspec.json.Decoder(list[msgspec.Raw])
_moment_decoder: msgspec.json.Decoder[datetime] = msgspec.json.Decoder(Moment)


def conversation_end(content: bytes) -> ConversationEndBody:
    """Raises RefusedRequest. Faults of single log items are left to those who read the log, if the rest fits."""
    try:
        body = decoded(content, _decoder)
    except RefusedRequest as refused:
        raise does_not_fit([*refused.faults, *_further_faults(content)]) if refused.faults else refused from None
    logs = [name for name in LOG_FIELDS if getattr(body, name) is not msgspec.UNSET]
    if faults := list(_contradictions(body.start_time, body.end_time, logs)):
        raise does_not_fit([*faults, *_item_faults(members_of(content) or {})])
    return body


def _contradictions(start: datetime | None, end: datetime | None, logs: Sequence[str]) -> Iterator[Fault]:
    """What no field alone is to blame for. None: a time that is a fault of its own."""
    for name, moment in (("start_time", start), ("end_time", end)):
        if moment and not EARLIEST <= moment <= LATEST:
            yield Fault(path=name, message=f"Expected a time between the years {EARLIEST.year} and {LATEST.year}")
    if start and end and end <= start:
        yield Fault(path="end_time", message="Expected a time after start_time")
    if not logs:
        yield Fault(path="conversation_logs", message="Missing")
    elif len(logs) > 1:
        yield Fault(path="conversation_log", message="Expected either conversation_log or conversation_logs, not both")


def _further_faults(content: bytes) -> Iterator[Fault]:
    """What else is wrong when some fields are wrong already."""
    members = members_of(content)
    if members is None:
        return
    logs = [name for name in LOG_FIELDS if name in members]
    yield from _contradictions(_moment(members.get("start_time")), _moment(members.get("end_time")), logs)
    yield from _item_faults(members)


def _moment(raw: msgspec.Raw | None) -> datetime | None:
    try:
        return _moment_decoder.decode(raw) if raw else None
    except msgspec.ValidationError:
        return None


def _item_faults(members: Mapping[str, msgspec.Raw]) -> Iterator[Fault]:
    for name in LOG_FIELDS:
        try:
            items = LogItems(_log_decoder.decode(members.get(name, b"[]")))
        except msgspec.ValidationError:
            continue  # not a list: told already
        reader = LogReader(start_time=EARLIEST, end_time=EARLIEST, raw_items=max(1, len(items)))
        reader.read(items)
        try:
            reader.conversation()
        except InvalidConversationLog as error:
            yield from log_faults(error, name)


def log_faults(error: InvalidConversationLog, name: str) -> Iterator[Fault]:
    """``name`` is the field that holds the log."""
    yield from (Fault(path=f"{name}[{fault.index}]", message=fault.message) for fault in error.faults)


def _decoded_item(raw: msgspec.Raw) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _item_decoder.decode(raw)
    except msgspec.ValidationError:
        return None  # a number beyond all bounds: this is no item for anybody
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
