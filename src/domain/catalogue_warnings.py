"""What a valid catalogue lacks."""

from collections.abc import Iterator

from domain.agent_type import AgentType
from domain.catalogue import Catalogue
from domain.friendship_level import FriendshipLevel

NEEDED = (AgentType.GREETING, AgentType.TALK)


def warnings_about(catalogue: Catalogue) -> tuple[str, ...]:
    """Levels without a greeting or a talk of their own; worst where there is none below either."""
    return tuple(
        warning
        for level in FriendshipLevel
        for agent_type in NEEDED
        for warning in _warnings(catalogue, agent_type, level)
    )


def _warnings(catalogue: Catalogue, agent_type: AgentType, level: FriendshipLevel) -> Iterator[str]:
    served = next((lower for lower in level.downwards() if catalogue.rows(agent_type, lower)), None)
    if served is None:
        yield f"{level} has no {agent_type}, and no level below it has one: nothing can be suggested to its users"
    elif served is not level:
        yield f"{level} has no {agent_type} of its own: its users are offered those of {served}"
