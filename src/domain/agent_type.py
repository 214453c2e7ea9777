from enum import StrEnum

from domain.errors import DomainError


class UnknownAgentType(DomainError):
    pass


class AgentType(StrEnum):
    GREETING = "GREETING"
    TALK = "TALK"
    GAME = "GAME"
    REVIEW = "REVIEW"
    WRAP_UP = "WRAP_UP"

    @classmethod
    def read(cls, text: str) -> "AgentType":
        """Any case; the older names GAME_ACTIVITY, GAME_AGENT and TALK_ACTIVITY too. Raises UnknownAgentType."""
        word = text.strip().upper()
        word = _OLDER_NAMES.get(word, word)
        for agent_type in cls:
            if word == agent_type.value:
                return agent_type
        raise UnknownAgentType(f"unknown agent type {text!r}")


_OLDER_NAMES = {"GAME_ACTIVITY": "GAME", "GAME_AGENT": "GAME", "TALK_ACTIVITY": "TALK"}
