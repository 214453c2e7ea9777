"""What one answer has offered so far: no agent twice, and no topic twice while there is a choice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from domain.catalogue import Agenda
from domain.identifiers import AgentId, TopicId


@dataclass(slots=True, kw_only=True)
class Selection:
    agents: set[AgentId] = field(default_factory=set)
    topics: set[TopicId] = field(default_factory=set)

    def take(self, row: Agenda) -> None:
        self.agents.add(row.agent_id)
        self.topics.add(row.topic_id)

    def take_greeting(self, row: Agenda) -> None:
        """A greeting's topic does not keep a talk from having the same."""
        self.agents.add(row.agent_id)

    def open(self, rows: Iterable[Agenda], *, repeat_topics: bool = False) -> list[Agenda]:
        """The rows that may still be offered."""
        agents, topics = self.agents, set[TopicId]() if repeat_topics else self.topics
        return [row for row in rows if row.agent_id not in agents and row.topic_id not in topics]
