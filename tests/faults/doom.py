"""Adapters that end their process, as a crash would, at one chosen moment; the service knows nothing of them."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from dependency_injector import providers

from application.errors import DependencyUnavailable, MemoriesUnavailable
from application.ports.announcement_publisher import AnnouncementPublisher
from application.ports.conversation_analyst import ConversationAnalyst
from application.ports.conversation_events import Announcement, ConversationEvents
from application.ports.conversation_intake import ConversationIntake
from application.ports.memory_extractor import MemoryExtractor
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.calculate_score import CalculateScore, ScoringOutcome
from domain.conversation import Conversation
from domain.emotion import SessionEmotion
from domain.event import ConversationEvent, NewEvent
from domain.event_status import EventStatus
from domain.identifiers import ConversationId, EventId, UserId
from entrypoints.bootstrap.container import Container

CRASHED = 137
"""The exit code, as after a SIGKILL."""
SETTLED_SECONDS = 0.3
COMMITS = {
    "claim": "claim",
    "renew": "renewal",
    "take_unannounced": "relay",
    "reschedule_announcements": "putting back",
}
OUTCOMES = {
    EventStatus.PROCESSED: "scoring",
    EventStatus.FAILED: "failure",
    EventStatus.PERMANENTLY_FAILED: "failure",
    EventStatus.PENDING: "handing back",
}


@dataclass(slots=True, kw_only=True)
class Doom:
    """``at``: the moment of the crash, the ``nth`` time it comes. ``refuses``: a moment at which the database is
    away instead. ``forgets``: no memory service can be reached. ``thinks``: seconds an analysis takes.
    """

    at: str = ""
    nth: int = 1
    refuses: str = ""
    forgets: bool = False
    thinks: float = 0.0
    _seen: dict[str, int] = field(default_factory=dict)

    def comes(self, moment: str) -> None:
        self._seen[moment] = self._seen.get(moment, 0) + 1
        if moment == self.at and self._seen[moment] == self.nth:
            os.write(2, f"crash: {moment}\n".encode())
            os._exit(CRASHED)
        if moment == self.refuses:
            raise DependencyUnavailable(f"{moment}: refused by the test")

    def hangs_over(self, container: Container) -> None:
        """Before anything was built from the container."""
        _put_before(container.publisher, lambda real: DoomedPublisher(real, self))
        _put_before(container.unit_of_work, lambda real: DoomedUnitsOfWork(real, self))
        _put_before(container.intake, lambda real: DoomedIntake(real, self))
        _put_before(container.announcer, lambda real: DoomedAnnouncer(real, self))
        _put_before(container.logs, lambda real: DoomedLogs(real, self))
        if self.thinks:
            _put_before(container.analyst, lambda real: SlowAnalyst(real, timedelta(seconds=self.thinks)))
        if self.forgets:
            _put_before(container.memories, lambda _: NoMemoryService())
        _put_before(container.calculate_score, lambda real: DoomedScoring(real, self))


def _put_before(provider: Any, wrapped: Callable[[Any], object]) -> None:  # noqa: ANN401 - a provider of anything
    provider.override(providers.Object(wrapped(provider())))


class _Delegating:
    """Whatever is not spelled out is the real thing's."""

    def __init__(self, real: Any, doom: Doom) -> None:  # noqa: ANN401
        self._real = real
        self._doom = doom

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._real, name)


class DoomedIntake(ConversationIntake):
    def __init__(self, real: ConversationIntake, doom: Doom) -> None:
        self._real = real
        self._doom = doom

    async def accept(self, event: NewEvent, inline_log: bytes | None) -> ConversationEvent | None:
        self._doom.comes("accept: before the insert")
        stored = await self._real.accept(event, inline_log)
        self._doom.comes("accept: after the insert")
        return stored


class DoomedAnnouncer(_Delegating):
    def announce(self, announcement: Announcement) -> None:
        self._real.announce(announcement)
        self._doom.comes("accept: announced")


class DoomedLogs(_Delegating):
    async def keep(self, content: bytes) -> Any:  # noqa: ANN401
        kept = await self._real.keep(content)
        self._doom.comes("accept: log kept")
        return kept


class DoomedPublisher(AnnouncementPublisher):
    def __init__(self, real: AnnouncementPublisher, doom: Doom) -> None:
        self._real = real
        self._doom = doom

    async def publish(self, announcement: Announcement) -> None:
        self._doom.comes("publish: before")
        await self._real.publish(announcement)
        self._doom.comes("publish: after")


class DoomedEvents(_Delegating):
    """Tells what the unit of work is about to commit."""

    def __init__(self, real: ConversationEvents, doom: Doom, tell: Callable[[str], None]) -> None:
        super().__init__(real, doom)
        self._tell = tell

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name in COMMITS:
            self._tell(COMMITS[name])
        return super().__getattr__(name)

    async def save(self, event: ConversationEvent, **given: Any) -> None:  # noqa: ANN401
        self._tell(OUTCOMES[event.status])
        await self._real.save(event, **given)


class DoomedFriendships(_Delegating):
    async def held(self, user_id: UserId) -> object:
        self._doom.comes("scoring: analysed")
        return await self._real.held(user_id)


class DoomedUnitOfWork(_Delegating):
    def __init__(self, real: UnitOfWork, doom: Doom) -> None:
        super().__init__(real, doom)
        self._about_to = "reading"

    @property
    def events(self) -> DoomedEvents:
        return DoomedEvents(self._real.events, self._doom, self._note)

    @property
    def friendships(self) -> DoomedFriendships:
        return DoomedFriendships(self._real.friendships, self._doom)

    async def commit(self) -> None:
        self._doom.comes(f"{self._about_to}: before the commit")
        await self._real.commit()
        self._doom.comes(f"{self._about_to}: after the commit")

    async def __aenter__(self) -> Self:
        await self._real.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._real.__aexit__(kind, error, trace)

    def _note(self, what: str) -> None:
        self._about_to = what


class DoomedUnitsOfWork:
    def __init__(self, real: UnitOfWorkFactory, doom: Doom) -> None:
        self._real = real
        self._doom = doom

    def __call__(self) -> DoomedUnitOfWork:
        return DoomedUnitOfWork(self._real(), self._doom)


class DoomedScoring:
    """Between an outcome and its acknowledgement, and after that."""

    def __init__(self, real: CalculateScore, doom: Doom) -> None:
        self._real = real
        self._doom = doom

    async def __call__(self, event_id: EventId) -> ScoringOutcome:
        outcome = await self._real(event_id)
        self._doom.comes("message: before the acknowledgement")
        loop = asyncio.get_running_loop()
        loop.call_later(SETTLED_SECONDS, self._doom.comes, "message: after the acknowledgement")
        return outcome


@dataclass(frozen=True, slots=True)
class SlowAnalyst(ConversationAnalyst):
    real: ConversationAnalyst
    pause: timedelta

    @property
    def provider(self) -> str:
        return self.real.provider

    async def count_questions(self, conversation: Conversation) -> int | None:
        await asyncio.sleep(self.pause.total_seconds())
        return await self.real.count_questions(conversation)

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        return await self.real.hear_emotion(conversation)


class NoMemoryService(MemoryExtractor):
    @property
    def provider(self) -> str:
        return "none"

    async def extract(self, user_id: UserId, conversation_id: ConversationId, conversation: Conversation) -> int:
        raise MemoriesUnavailable("none, says the test")
