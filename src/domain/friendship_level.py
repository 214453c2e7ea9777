from enum import StrEnum

from domain.errors import DomainError

ACQUAINTANCE_FROM = 500.0
FRIEND_FROM = 3000.0


class UnknownFriendshipLevel(DomainError):
    pass


class FriendshipLevel(StrEnum):
    PHASE1_STRANGER = "PHASE1_STRANGER"
    PHASE2_ACQUAINTANCE = "PHASE2_ACQUAINTANCE"
    PHASE3_FRIEND = "PHASE3_FRIEND"

    @property
    def rank(self) -> int:
        return _RANKS[self]

    @classmethod
    def of_score(cls, score: float) -> "FriendshipLevel":
        if score >= FRIEND_FROM:
            return cls.PHASE3_FRIEND
        return cls.PHASE2_ACQUAINTANCE if score >= ACQUAINTANCE_FROM else cls.PHASE1_STRANGER

    @classmethod
    def read(cls, text: str) -> "FriendshipLevel":
        """Any case, with or without the phase: ``friend`` means PHASE3_FRIEND. Raises UnknownFriendshipLevel."""
        word = text.strip().upper()
        for level in cls:
            if word in (level.value, level.value.partition("_")[2]):
                return level
        raise UnknownFriendshipLevel(f"unknown friendship level {text!r}")

    def at_most(self, other: "FriendshipLevel") -> "FriendshipLevel":
        return self if _RANKS[self] <= _RANKS[other] else other

    def downwards(self) -> tuple["FriendshipLevel", ...]:
        """This level, then every lower one."""
        return _DOWNWARDS[self]


_RANKS = {level: rank for rank, level in enumerate(FriendshipLevel, start=1)}
_DOWNWARDS = {level: tuple(reversed(FriendshipLevel))[-rank:] for level, rank in _RANKS.items()}
