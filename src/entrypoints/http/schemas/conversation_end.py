from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, overload

import msgspec

from domain.conversation_log import InvalidConversationLog, LogReader
from domain.ended_conversation import EndedConversation
from domain.identifiers import BotId, ConversationId, UserId
from entrypoints.http.json_body import decoded, faults_of
from entrypoints.http.problems import Fault, RefusedRequest, does_not_fit, malformed

Id = Annotated[str, msgspec.Meta(min_length=3, max_length=255)]
Name = Annotated[str, msgspec.Meta(max_length=255)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


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

    def log_items(self) -> "LogItems":
        return LogItems(self.conversation_logs or self.conversation_log or ())


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


def conversation_end(content: bytes) -> ConversationEndBody:
    """Raises RefusedRequest. Faults of single log items are left to those who read the log."""
    try:
        body = decoded(content, _decoder)
    except RefusedRequest as refused:
        raise does_not_fit([*refused.faults, *_item_faults(content)]) if refused.faults else refused from None
    if faults := list(_contradictions(body)):
        raise does_not_fit(faults)
    return body


def _contradictions(body: ConversationEndBody) -> Iterator[Fault]:
    if body.end_time <= body.start_time:
        yield Fault(path="end_time", message="Expected a time after start_time")
    given = [log for log in (body.conversation_log, body.conversation_logs) if log is not msgspec.UNSET]
    if not given:
        yield Fault(path="conversation_logs", message="Missing")
    elif len(given) > 1:
        yield Fault(path="conversation_log", message="Expected either conversation_log or conversation_logs, not both")


class _LogOnly(msgspec.Struct):
    conversation_log: list[msgspec.Raw] = []
    conversation_logs: list[msgspec.Raw] = []


def _item_faults(content: bytes) -> Iterator[Fault]:
    """What is wrong with the log when the rest is wrong already."""
    if any(fault.path.startswith("conversation_log") for fault in faults_of(content, ConversationEndBody)):
        return
    log = msgspec.json.decode(content, type=_LogOnly)
    items = LogItems(log.conversation_logs or log.conversation_log)
    epoch = datetime.fromtimestamp(0).astimezone()
    reader = LogReader(start_time=epoch, end_time=epoch, raw_items=max(1, len(items)))
    reader.read(items)
    try:
        reader.conversation()
    except InvalidConversationLog as error:
        yield from (Fault(path=f"conversation_logs[{fault.index}]", message=fault.message) for fault in error.faults)


def _decoded_item(raw: msgspec.Raw) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return _item_decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise malformed() from None
