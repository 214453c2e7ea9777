"""Talks and games: mostly what the child likes, one thing it hardly knows, then whatever is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.dice import Dice
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.suggestion.selection import Selection
from domain.topic_metrics import TopicMetrics

UNSEEN_LEVEL = FriendshipLevel.PHASE1_STRANGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """How many of one kind are offered, and what each choice is called."""

    agent_type: AgentType
    wanted: int
    preferred: int
    preference: str
    exploration: str
    filler: str
    novelty: str = "New topic exploration (PHASE1)"


TALKS = Slots(
    agent_type=AgentType.TALK,
    wanted=3,
    preferred=2,
    preference="Topic preference",
    exploration="Exploration candidate",
    filler="Random topic",
)
GAMES = Slots(
    agent_type=AgentType.GAME,
    wanted=2,
    preferred=1,
    preference="Game preference",
    exploration="Game exploration",
    filler="Random game",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    agenda: Agenda
    reason: str


@dataclass(slots=True, kw_only=True)
class ActivityChooser:
    """Chooses the rows of one kind for one answer."""

    slots: Slots
    friendship: Friendship
    catalogue: Catalogue
    selection: Selection
    dice: Dice
    _known: Sequence[tuple[TopicMetrics, Sequence[Agenda]]] = field(init=False)

    def __post_init__(self) -> None:
        self._known = list(self._known_topics())

    def choose(self) -> tuple[Choice, ...]:
        chosen: list[Choice] = []
        for choice in self._in_order(chosen):
            self.selection.take(choice.agenda)
            chosen.append(choice)
        return tuple(chosen)

    def _in_order(self, chosen: list[Choice]) -> Iterator[Choice]:
        """Lazily: every step sees what the ones before it took."""
        yield from self._favourites(self.slots.preferred, self.slots.preference)
        if explored := self._least_known():
            yield Choice(agenda=explored, reason=self.slots.exploration)
        for repeat_topics in (False, True):
            missing = self.slots.wanted - len(chosen)
            yield from self._favourites(missing, self.slots.filler, repeat_topics=repeat_topics)
            missing = self.slots.wanted - len(chosen)
            yield from self._novelties(missing, repeat_topics=repeat_topics)

    def _favourites(self, count: int, reason: str, *, repeat_topics: bool = False) -> Iterator[Choice]:
        """Known topics, best loved first, in rounds; a topic without an open row gives way to the next."""
        found = True
        while count > 0 and found:
            found = False
            for _, topic_rows in self._known:
                if count > 0 and (rows := self.selection.open(topic_rows, repeat_topics=repeat_topics)):
                    count, found = count - 1, True
                    yield Choice(agenda=self.dice.pick(rows), reason=reason)

    def _least_known(self) -> Agenda | None:
        """A row of the topic with the fewest turns, unseen ones counting none; ties are drawn."""
        unseen = self._open_unseen()
        known = [
            (metrics.turns, rows)
            for metrics, rows in self._known
            if not (unseen and metrics.turns) and self.selection.open(rows)
        ]
        fewest = 0 if unseen else min((turns for turns, _ in known), default=None)
        candidates = [rows for turns, rows in known if turns == fewest] + unseen
        return self.dice.pick(self.selection.open(self.dice.pick(candidates))) if candidates else None

    def _novelties(self, count: int, *, repeat_topics: bool) -> Iterator[Choice]:
        while count > 0 and (topics := self._open_unseen(repeat_topics=repeat_topics)):
            rows = self.selection.open(self.dice.pick(topics), repeat_topics=repeat_topics)
            count -= 1
            yield Choice(agenda=self.dice.pick(rows), reason=self.slots.novelty)

    def _known_topics(self) -> Iterator[tuple[TopicMetrics, Sequence[Agenda]]]:
        """Those with a row at their level, best loved first; the order in which they were stored decides nothing."""
        level, kind = self.friendship.level, self.slots.agent_type
        rows_at = {lower: self.catalogue.topics(kind, lower) for lower in level.downwards()}
        by_score = sorted((-metrics.score, topic, metrics) for topic, metrics in self.friendship.topics.items())
        for _, topic, metrics in by_score:
            if rows := rows_at[metrics.friendship_level.at_most(level)].get(topic):
                yield metrics, rows

    def _open_unseen(self, *, repeat_topics: bool = False) -> list[Sequence[Agenda]]:
        """The rows of each unseen topic of which one may still be offered."""
        agents, topics = self.selection.agents, set(self.friendship.topics)
        closed = topics if repeat_topics else topics | self.selection.topics
        return [
            rows
            for topic, rows in self.catalogue.topics(self.slots.agent_type, UNSEEN_LEVEL).items()
            if topic not in closed and (rows[0].agent_id not in agents or self.selection.open(rows, repeat_topics=True))
        ]
