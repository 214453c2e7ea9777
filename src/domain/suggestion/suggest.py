from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.dice import Dice
from domain.friendship import Friendship
from domain.suggestion.activities import GAMES, TALKS, ActivityChooser, Slots
from domain.suggestion.errors import NoSuitableAgent
from domain.suggestion.extras import backup_rows, nearest_row
from domain.suggestion.greeting import choose_greeting
from domain.suggestion.prompt import PromptFrame
from domain.suggestion.selection import Selection
from domain.suggestion.suggestion import SuggestedAgent, Suggestion, TopicFigures


@dataclass(slots=True, kw_only=True)
class Suggester:
    """Computes one answer from a friendship and a catalogue; the same dice give the same answer."""

    friendship: Friendship
    catalogue: Catalogue
    dice: Dice
    now: datetime
    recent_greetings: Collection[str] = ()
    """Agent tags of the user's last three greeting conversations."""
    _frame: PromptFrame = field(init=False)

    def __post_init__(self) -> None:
        self._frame = PromptFrame.of(self.catalogue.persona(self.friendship.level))

    def suggest(self, *, seed: int) -> Suggestion:
        """Raises NoSuitableAgent when there is no greeting or no talk to offer."""
        selection = Selection()
        greeting = self._greeting(selection)
        talks = self._activities(TALKS, selection)
        if not talks:
            raise NoSuitableAgent("no talk for this user")
        return Suggestion(
            user_id=self.friendship.user_id,
            friendship_level=self.friendship.level,
            greeting=greeting,
            talks=talks,
            games=self._activities(GAMES, selection),
            review=self._nearest(AgentType.REVIEW, "Review", selection),
            wrap_up=self._nearest(AgentType.WRAP_UP, "Wrap-up", selection),
            backups=self._backups(selection),
            seed=seed,
        )

    def _greeting(self, selection: Selection) -> SuggestedAgent:
        greeting = choose_greeting(
            self.friendship, self.catalogue, now=self.now, recent_tags=self.recent_greetings, dice=self.dice
        )
        selection.take_greeting(greeting.agenda)
        return self._offered(greeting.agenda, greeting.reason, with_figures=False)

    def _activities(self, slots: Slots, selection: Selection) -> tuple[SuggestedAgent, ...]:
        chooser = ActivityChooser(
            slots=slots, friendship=self.friendship, catalogue=self.catalogue, selection=selection, dice=self.dice
        )
        return tuple(self._offered(choice.agenda, choice.reason) for choice in chooser.choose())

    def _nearest(self, agent_type: AgentType, reason: str, selection: Selection) -> SuggestedAgent | None:
        row = nearest_row(
            agent_type, self.friendship.level, catalogue=self.catalogue, selection=selection, dice=self.dice
        )
        return self._offered(row, reason, with_figures=False) if row else None

    def _backups(self, selection: Selection) -> tuple[SuggestedAgent, ...]:
        rows = backup_rows(catalogue=self.catalogue, selection=selection, dice=self.dice)
        return tuple(self._offered(row, "Backup") for row in rows)

    def _offered(self, row: Agenda, reason: str, *, with_figures: bool = True) -> SuggestedAgent:
        return SuggestedAgent(
            agenda=row,
            reason=reason,
            final_prompt=self._frame.around(row),
            metadata=self._figures(row) if with_figures else None,
        )

    def _figures(self, row: Agenda) -> TopicFigures | None:
        metrics = self.friendship.topics.get(row.topic_id)
        return TopicFigures(topic_score=metrics.score, total_turns=metrics.turns) if metrics else None
