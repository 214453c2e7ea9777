"""The two forms in which a conversation log arrives, and the one form in which it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.conversation import Conversation, Speaker, Utterance
from domain.errors import DomainError

# A hostile log may hold a million faulty items; a person mends the first hundred.
MAX_FAULTS_TOLD = 100
NUL = "\x00"  # valid JSON, but no text PostgreSQL or a terminal can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFault:
    index: int
    message: str


class InvalidConversationLog(DomainError):
    def __init__(self, faults: tuple[LogFault, ...]) -> None:
        super().__init__(f"{len(faults)} faulty item(s) in the conversation log")
        self.faults = faults


@dataclass(slots=True, kw_only=True)
class LogReader:
    """Turns raw items into utterances, one at a time, so that a caller with a large log may pause in between.

    Accepts, per item, the standard form ``{"speaker", "text", "timestamp"?}`` and the robot's form
    ``{"character", "content"}``. Items with empty text are dropped. A missing or unreadable timestamp is
    estimated from the item's place in the log.
    """

    start_time: datetime
    end_time: datetime
    raw_items: int
    unknown_speakers: int = 0
    _position: int = 0
    _utterances: list[Utterance] = field(default_factory=list)
    _faults: list[LogFault] = field(default_factory=list)
    _start_utc: datetime = field(init=False)
    _duration_microseconds: int = field(init=False)

    def __post_init__(self) -> None:
        self._start_utc = self.start_time.astimezone(UTC)
        self._duration_microseconds = (self.end_time - self.start_time) // timedelta(microseconds=1)

    def read(self, items: Iterable[object]) -> None:
        for item in items:
            self._read_one(item)
            self._position += 1

    def conversation(self) -> Conversation:
        """What was read. Raises InvalidConversationLog with every fault met."""
        if self._faults:
            raise InvalidConversationLog(tuple(self._faults))
        return Conversation(utterances=tuple(self._utterances))

    def _read_one(self, item: object) -> None:
        if not isinstance(item, dict):
            self._refuse("expected an object")
            return
        text = item.get("text") if "text" in item else item.get("content")
        if not isinstance(text, str):
            self._refuse("expected the text to be a string")
        elif NUL in text:
            self._refuse("expected text without the character U+0000")
        elif kept := text.strip():
            self._keep(item, kept)

    def _refuse(self, message: str) -> None:
        if len(self._faults) < MAX_FAULTS_TOLD:
            self._faults.append(LogFault(index=self._position, message=message))

    def _keep(self, item: dict[str, object], text: str) -> None:
        utterance = Utterance(
            turn_id=len(self._utterances) + 1,
            speaker=self._speaker(item.get("speaker", item.get("character"))),
            text=text,
            timestamp=_moment(item.get("timestamp")) or self._estimated(),
        )
        self._utterances.append(utterance)

    def _speaker(self, name: object) -> Speaker:
        spoken = name.upper() if isinstance(name, str) else ""
        if "BOT" in spoken or "PIKA" in spoken:
            return Speaker.PIKA
        if "USER" in spoken:
            return Speaker.USER
        self.unknown_speakers += 1
        return Speaker.PIKA

    def _estimated(self) -> datetime:
        """Start + floor(step x position) seconds, in whole numbers: a float step loses a second now and then."""
        seconds = self._duration_microseconds * self._position // (self.raw_items * 1_000_000)
        return self._start_utc + timedelta(seconds=seconds)


def _moment(value: object) -> datetime | None:
    """An RFC 3339 time in UTC; None for anything else, a time without offset included."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
