"""What rounds off an answer: one review, one wrap-up, and something in reserve."""

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.dice import Dice
from domain.friendship_level import FriendshipLevel
from domain.suggestion.selection import Selection


def nearest_row(
    agent_type: AgentType, level: FriendshipLevel, *, catalogue: Catalogue, selection: Selection, dice: Dice
) -> Agenda | None:
    """A row at this level or the nearest lower one; one with a topic not yet offered if there is any."""
    for candidate in level.downwards():
        if row := _pick(catalogue.rows(agent_type, candidate), selection, dice):
            return row
    return None


def backup_rows(*, catalogue: Catalogue, selection: Selection, dice: Dice) -> tuple[Agenda, ...]:
    """One talk and one game for strangers, as far as any are left."""
    picks = (
        _pick(catalogue.rows(agent_type, FriendshipLevel.PHASE1_STRANGER), selection, dice)
        for agent_type in (AgentType.TALK, AgentType.GAME)
    )
    return tuple(row for row in picks if row)


def _pick(rows: tuple[Agenda, ...], selection: Selection, dice: Dice) -> Agenda | None:
    candidates = selection.open(rows) or selection.open(rows, repeat_topics=True)
    if not candidates:
        return None
    row = dice.pick(candidates)
    selection.take(row)
    return row
