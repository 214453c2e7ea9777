"""Talks and games: mostly what the child likes, one thing it hardly knows, then whatever is left."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.dice import Dice
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import TopicId
from domain.suggestion.selection import Selection

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
        while count > 0 and (topics := self._known_topics(repeat_topics=repeat_topics)):
            for topic in topics:
                if count > 0 and (rows := self._open_rows(topic, repeat_topics=repeat_topics)):
                    count -= 1
                    yield Choice(agenda=self.dice.pick(rows), reason=reason)

    def _least_known(self) -> Agenda | None:
        """A row of the topic with the fewest turns, unseen ones counting none; ties are drawn."""
        turns = {topic: self.friendship.topics[topic].turns for topic in self._known_topics()}
        turns |= dict.fromkeys(self._unseen_topics(), 0)
        if not turns:
            return None
        fewest = min(turns.values())
        topic = self.dice.pick([topic for topic, count in turns.items() if count == fewest])
        return self.dice.pick(self._open_rows(topic))

    def _novelties(self, count: int, *, repeat_topics: bool) -> Iterator[Choice]:
        while count > 0 and (topics := self._unseen_topics(repeat_topics=repeat_topics)):
            rows = self._open_rows(self.dice.pick(topics), repeat_topics=repeat_topics)
            count -= 1
            yield Choice(agenda=self.dice.pick(rows), reason=self.slots.novelty)

    def _known_topics(self, *, repeat_topics: bool = False) -> list[TopicId]:
        """Those with an open row; the order in which they were stored must not decide anything."""
        topics = self.friendship.topics
        known = [topic for topic in topics if self._open_rows(topic, repeat_topics=repeat_topics)]
        return sorted(known, key=lambda topic: (-topics[topic].score, topic))

    def _unseen_topics(self, *, repeat_topics: bool = False) -> list[TopicId]:
        rows = self.selection.open(
            self.catalogue.rows(self.slots.agent_type, UNSEEN_LEVEL), repeat_topics=repeat_topics
        )
        return [topic for topic in dict.fromkeys(row.topic_id for row in rows) if topic not in self.friendship.topics]

    def _open_rows(self, topic: TopicId, *, repeat_topics: bool = False) -> list[Agenda]:
        metrics = self.friendship.topics.get(topic)
        level = metrics.friendship_level.at_most(self.friendship.level) if metrics else UNSEEN_LEVEL
        rows = self.catalogue.topic_rows(self.slots.agent_type, level, topic)
        return self.selection.open(rows, repeat_topics=repeat_topics)
