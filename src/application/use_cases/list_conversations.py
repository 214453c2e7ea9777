from dataclasses import dataclass, field

from application.paging import Page, PageNumber
from application.ports.conversation_events import EventFilter
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.event import ConversationEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConversationsCommand:
    wanted: EventFilter = field(default_factory=EventFilter)
    page: PageNumber = field(default_factory=PageNumber)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConversations:
    """Newest first. Safe to repeat: reads only."""

    unit_of_work: UnitOfWorkFactory

    async def __call__(self, command: ListConversationsCommand) -> Page[ConversationEvent]:
        page = command.page
        async with self.unit_of_work() as work:
            events, total = await work.events.page(command.wanted, limit=page.size, offset=page.offset)
        return Page(items=events, total=total, number=page)
