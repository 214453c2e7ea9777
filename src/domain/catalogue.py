from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from domain.agent_type import AgentType
from domain.bot_type import normalised_bot_type
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The prompt text of one agent for one topic at one level. ``number`` is its place in the catalogue, from 1."""

    number: int
    topic_id: TopicId
    agent_id: AgentId
    agent_type: AgentType
    friendship_level: FriendshipLevel
    talking_agenda: str
    agent_tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """The prompt text of one friendship level."""

    friendship_level: FriendshipLevel
    context_style_guideline: str
    user_profile: str


Key = TypeVar("Key", bound=Hashable)
NOTHING: Mapping[TopicId, tuple[Agenda, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All personas and agendas, with the indexes that make an answer cheap."""

    agendas: tuple[Agenda, ...] = ()
    personas: tuple[Persona, ...] = ()
    version: int = 0
    _by_type: Mapping[tuple[AgentType, FriendshipLevel], tuple[Agenda, ...]] = field(
        init=False, repr=False, compare=False
    )
    _by_topic: Mapping[tuple[AgentType, FriendshipLevel], Mapping[TopicId, tuple[Agenda, ...]]] = field(
        init=False, repr=False, compare=False
    )
    _by_tag: Mapping[str, tuple[Agenda, ...]] = field(init=False, repr=False, compare=False)
    _by_agent: Mapping[str, tuple[Agenda, ...]] = field(init=False, repr=False, compare=False)
    _by_persona_level: Mapping[FriendshipLevel, Persona] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = self.agendas
        by_type = _grouped(rows, lambda row: (row.agent_type, row.friendship_level))
        index = {
            "_by_type": by_type,
            "_by_topic": {key: _grouped(group, lambda row: row.topic_id) for key, group in by_type.items()},
            "_by_tag": _grouped(rows, lambda row: comparable(row.agent_tag)),
            "_by_agent": _grouped(rows, lambda row: comparable(row.agent_id)),
            "_by_persona_level": {persona.friendship_level: persona for persona in self.personas},
        }
        for name, value in index.items():
            object.__setattr__(self, name, value)

    def rows(self, agent_type: AgentType, level: FriendshipLevel) -> tuple[Agenda, ...]:
        return self._by_type.get((agent_type, level), ())

    def topic_rows(self, agent_type: AgentType, level: FriendshipLevel, topic_id: TopicId) -> tuple[Agenda, ...]:
        return self.topics(agent_type, level).get(topic_id, ())

    def topics(self, agent_type: AgentType, level: FriendshipLevel) -> Mapping[TopicId, tuple[Agenda, ...]]:
        """The rows of each topic that has one, in the order of the catalogue."""
        return self._by_topic.get((agent_type, level), NOTHING)

    def persona(self, level: FriendshipLevel) -> Persona | None:
        return self._by_persona_level.get(level)

    def topic_of(self, agent_tag: str | None, *, level: FriendshipLevel, bot_type: str) -> TopicId | None:
        """The topic a conversation was about. ``level`` is the user's before the conversation is counted."""
        row = self.agenda_of(agent_tag, level=level, bot_type=bot_type)
        return row.topic_id if row else None

    def agenda_of(self, agent_tag: str | None, *, level: FriendshipLevel, bot_type: str) -> Agenda | None:
        tag = comparable(agent_tag or "")
        if not tag:
            return None  # no tag matches no row, not even one whose own tag was left blank
        rows = self._by_tag.get(tag) or self._by_agent.get(tag) or ()
        wanted = normalised_bot_type(bot_type)
        return min(rows, key=lambda row: (_distance(row, level), row.agent_type != wanted, row.number), default=None)


# The names of a catalogue are compared with every greeting, and again with every event.
@lru_cache(maxsize=4096)
def comparable(tag: str) -> str:
    return tag.strip().casefold()


def _distance(row: Agenda, level: FriendshipLevel) -> int:
    """0 at the level, then the levels below from the highest, then any above."""
    below = level.rank - row.friendship_level.rank
    return below if below >= 0 else len(FriendshipLevel)


def _grouped(rows: Iterable[Agenda], key: Callable[[Agenda], Key]) -> dict[Key, tuple[Agenda, ...]]:
    groups: dict[Key, list[Agenda]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in groups.items()}
