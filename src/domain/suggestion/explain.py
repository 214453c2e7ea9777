"""Explains an answer after it was given, from the same facts, so that giving one costs nothing more.

Every choice follows from what was taken before it: walking through the answer in the order in which it was chosen
shows each candidate in the state in which it was passed over.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.friendship import Friendship
from domain.suggestion.activities import GAMES, TALKS, UNSEEN_LEVEL, Slots
from domain.suggestion.explanation import CHOSEN, Considered, ExplainedSlot
from domain.suggestion.greeting import greeting_pool, why_not_greeted
from domain.suggestion.selection import Selection
from domain.suggestion.suggestion import SuggestedAgent, Suggestion

AGENT_TAKEN = "its agent is offered already"
TOPIC_TAKEN = "its topic is offered already"
OTHER_ROW = "the draw fell on another row of its topic"
OTHER_TOPIC = "the draw fell on another topic"
NO_ROW = "it has no row of this kind at its level"


@dataclass(slots=True, kw_only=True)
class Explainer:
    friendship: Friendship
    catalogue: Catalogue
    now: datetime
    recent_greetings: Collection[str] = ()
    _selection: Selection = field(default_factory=Selection)

    def explain(self, answer: Suggestion) -> tuple[ExplainedSlot, ...]:
        return tuple(self._slots(answer))

    def _slots(self, answer: Suggestion) -> Iterator[ExplainedSlot]:
        yield self._greeting(answer.greeting)
        self._selection.take_greeting(answer.greeting.agenda)
        for name, slots, chosen in (("talk", TALKS, answer.talks), ("game", GAMES, answer.games)):
            for number in range(1, slots.wanted + 1):
                suggested = chosen[number - 1] if number <= len(chosen) else None
                yield self._taking(suggested, self._activity(f"{name} {number}", slots, suggested))
        for name, kind, suggested in (
            ("review", AgentType.REVIEW, answer.review),
            ("wrap-up", AgentType.WRAP_UP, answer.wrap_up),
        ):
            yield self._taking(suggested, self._extra(name, self._rows_up_to_level(kind), suggested))
        for kind in (AgentType.TALK, AgentType.GAME):
            suggested = next((backup for backup in answer.backups if backup.agenda.agent_type is kind), None)
            rows = self.catalogue.rows(kind, UNSEEN_LEVEL)
            yield self._taking(suggested, self._extra(f"backup {kind.lower()}", rows, suggested))

    def _taking(self, suggested: SuggestedAgent | None, slot: ExplainedSlot) -> ExplainedSlot:
        if suggested is not None:
            self._selection.take(suggested.agenda)
        return slot

    def _greeting(self, chosen: SuggestedAgent) -> ExplainedSlot:
        pool = greeting_pool(self.friendship, self.catalogue)
        candidates = []
        for row in pool:
            why_not = why_not_greeted(
                row, pool, self.friendship, now=self.now, recent_tags=self.recent_greetings, reason=chosen.reason
            )
            candidates.append(self._considered(row, CHOSEN if row is chosen.agenda else why_not))
        return ExplainedSlot.of("greeting", chosen.reason, candidates)

    def _activity(self, name: str, slots: Slots, chosen: SuggestedAgent | None) -> ExplainedSlot:
        candidates = [*self._known(slots, chosen), *self._unseen(slots, chosen)]
        return ExplainedSlot.of(name, chosen.reason if chosen else None, candidates)

    def _known(self, slots: Slots, chosen: SuggestedAgent | None) -> Iterator[Considered]:
        for topic, metrics in sorted(self.friendship.topics.items(), key=lambda known: (-known[1].score, known[0])):
            level = metrics.friendship_level.at_most(self.friendship.level)
            rows = self.catalogue.topic_rows(slots.agent_type, level, topic)
            yield from (self._considered(row, self._verdict(row, slots, chosen)) for row in rows)
            if not rows:
                yield Considered(
                    agent_id=None,
                    topic_id=topic,
                    friendship_level=level,
                    score=metrics.score,
                    turns=metrics.turns,
                    verdict=NO_ROW,
                )

    def _unseen(self, slots: Slots, chosen: SuggestedAgent | None) -> Iterator[Considered]:
        for row in self.catalogue.rows(slots.agent_type, UNSEEN_LEVEL):
            if row.topic_id not in self.friendship.topics:
                yield self._considered(row, self._verdict(row, slots, chosen))

    def _verdict(self, row: Agenda, slots: Slots, chosen: SuggestedAgent | None) -> str:
        if taken := self._taken(row, chosen):
            return taken
        if chosen is None or row is chosen.agenda:
            return CHOSEN
        if row.topic_id == chosen.agenda.topic_id:
            return OTHER_ROW
        return self._lost_to(chosen, row, slots)

    def _lost_to(self, chosen: SuggestedAgent, row: Agenda, slots: Slots) -> str:
        if chosen.reason == slots.exploration:
            return "it has more turns" if self._turns(row) > self._turns(chosen.agenda) else OTHER_TOPIC
        if chosen.reason == slots.novelty:
            return OTHER_TOPIC if row.topic_id not in self.friendship.topics else "only unseen topics are asked for"
        if row.topic_id not in self.friendship.topics:
            return "only known topics are asked for"
        return "a topic that is liked better came first"

    def _taken(self, row: Agenda, chosen: SuggestedAgent | None) -> str | None:
        """Topics may be repeated once nothing else is left; then their being taken is no reason."""
        repeats = chosen is None or chosen.agenda.topic_id in self._selection.topics
        if row.agent_id in self._selection.agents:
            return AGENT_TAKEN
        return TOPIC_TAKEN if row.topic_id in self._selection.topics and not repeats else None

    def _extra(self, name: str, rows: Sequence[Agenda], chosen: SuggestedAgent | None) -> ExplainedSlot:
        candidates = [self._considered(row, self._verdict_of_extra(row, chosen)) for row in rows]
        return ExplainedSlot.of(name, chosen.reason if chosen else None, candidates)

    def _verdict_of_extra(self, row: Agenda, chosen: SuggestedAgent | None) -> str:
        if (
            chosen is not None
            and row is not chosen.agenda
            and row.friendship_level.rank < chosen.agenda.friendship_level.rank
        ):
            return "a row nearer to the level of the user came first"
        if taken := self._taken(row, chosen):
            return taken
        return CHOSEN if chosen is None or row is chosen.agenda else "the draw fell on another row"

    def _rows_up_to_level(self, kind: AgentType) -> Sequence[Agenda]:
        return [row for level in self.friendship.level.downwards() for row in self.catalogue.rows(kind, level)]

    def _turns(self, row: Agenda) -> int:
        metrics = self.friendship.topics.get(row.topic_id)
        return metrics.turns if metrics else 0

    def _considered(self, row: Agenda, verdict: str) -> Considered:
        metrics = self.friendship.topics.get(row.topic_id)
        return Considered(
            agent_id=row.agent_id,
            topic_id=row.topic_id,
            friendship_level=row.friendship_level,
            score=metrics.score if metrics else None,
            turns=metrics.turns if metrics else None,
            verdict=verdict,
        )
