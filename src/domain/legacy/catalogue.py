"""Rows of ``agenda_agent_prompting`` and ``prompt_template_for_level_friend``: the catalogue."""

from collections.abc import Mapping
from datetime import UTC

from domain.agent_type import AgentType, UnknownAgentType
from domain.catalogue import Agenda, Persona
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId
from domain.legacy.findings import Read, Repair, Unusable
from domain.legacy.row import LONGEST_ID, RowReader


def read_persona(cells: Mapping[str, object]) -> Read[Persona]:
    """Raises Unusable."""
    row = RowReader(cells=cells, zone=UTC)
    persona = Persona(
        friendship_level=_level(row),
        context_style_guideline=_prompt(cells, "context_style_guideline"),
        user_profile=_prompt(cells, "user_profile"),
    )
    return Read(value=persona, repairs=frozenset(row.repairs))


def read_agenda(cells: Mapping[str, object], *, number: int) -> Read[Agenda]:
    """Raises Unusable."""
    row = RowReader(cells=cells, zone=UTC)
    agent_id = _name(row, "agent_id")
    agenda = Agenda(
        number=number,
        topic_id=TopicId(_name(row, "topic_id")),
        agent_id=AgentId(agent_id),
        agent_type=_type(row),
        friendship_level=_level(row),
        talking_agenda=_prompt(cells, "talking_agenda"),
        agent_tag=agent_id,
    )
    return Read(value=agenda, repairs=frozenset(row.repairs))


def _name(row: RowReader, name: str) -> str:
    text = row.text(name)
    if not 1 <= len(text) <= LONGEST_ID:
        raise Unusable(f"{name} has not 1 to {LONGEST_ID} characters")
    return text


def _level(row: RowReader) -> FriendshipLevel:
    level = row.level("friendship_level")
    if level is None:
        raise Unusable("friendship_level is unknown")
    return level


def _type(row: RowReader) -> AgentType:
    text = row.text("agent_type")
    try:
        agent_type = AgentType.read(text)
    except UnknownAgentType:
        raise Unusable("agent_type is unknown") from None
    if text != agent_type.value:
        row.repairs.add(Repair.OLDER_TYPE)
    return agent_type


def _prompt(cells: Mapping[str, object], name: str) -> str:
    """As it is: blanks in a prompt may be meant."""
    value = cells.get(name)
    return "" if value is None else str(value)
