"""How long one suggestion takes to compute, without database and HTTP, for catalogues of several sizes.

python -m benchmarks.pure_suggestion
"""

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.percentile import nearest_rank
from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue, Persona
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import AgentId, TopicId, UserId
from domain.suggestion.suggest import Suggester
from domain.topic_metrics import TopicMetrics
from infrastructure.system.dice import RandomDice

TOPICS_OF_USER = 20
RUNS = 5_000
WARM_UP = 500
# Rows of a catalogue → its topics; a topic has a talk and a game at each of three levels.
TOPICS_OF_CATALOGUE = {30: 1, 300: 46, 3_000: 496, 10_000: 1_662}
GREETINGS = ("birthday", "return_user", "streak", "emotion_check", "followup", "general_greeting")
NOW = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)
TEXT = "Ask what the child likes, {{name}}.\n" * 40
FIGURES = (0.5, 0.95, 0.99)


def _row(topic: str, agent_type: AgentType, level: FriendshipLevel) -> Agenda:
    agent = f"{agent_type}_{topic}_{level.rank}"
    return Agenda(
        number=1,
        topic_id=TopicId(topic),
        agent_id=AgentId(agent),
        agent_type=agent_type,
        friendship_level=level,
        talking_agenda=TEXT,
        agent_tag=agent,
    )


def _rows(topics: int) -> Iterator[Agenda]:
    for level in FriendshipLevel:
        yield from (_row(topic, AgentType.GREETING, level) for topic in GREETINGS)
        yield _row("review_words", AgentType.REVIEW, level)
        yield _row("goodbye", AgentType.WRAP_UP, level)
        for number in range(topics):
            for agent_type in (AgentType.TALK, AgentType.GAME):
                yield _row(f"topic_{number:04d}", agent_type, level)


def _catalogue(topics: int) -> Catalogue:
    personas = tuple(
        Persona(friendship_level=level, context_style_guideline=TEXT, user_profile=TEXT) for level in FriendshipLevel
    )
    return Catalogue(agendas=tuple(_rows(topics)), personas=personas, version=1)


def _friendship() -> Friendship:
    levels = tuple(FriendshipLevel)
    topics = {
        TopicId(f"topic_{number:04d}"): TopicMetrics(
            score=number * 10.0, turns=number + 1, friendship_level=levels[number % len(levels)]
        )
        for number in range(TOPICS_OF_USER)
    }
    return Friendship(
        user_id=UserId("user_42"),
        score=4000.0,
        streak_day=2,
        last_interaction_date=NOW - timedelta(days=1),
        topics=topics,
    )


def _milliseconds(friendship: Friendship, catalogue: Catalogue, runs: int) -> list[float]:
    """Of processor time, which others on the machine lengthen least; ascending, each with a seed of its own."""
    taken = []
    for seed in range(runs):
        began = time.thread_time()
        suggester = Suggester(friendship=friendship, catalogue=catalogue, dice=RandomDice(seed), now=NOW)
        suggester.suggest(seed=seed)
        taken.append((time.thread_time() - began) * 1000)
    return sorted(taken)


def _line(rows: int, taken: Sequence[float]) -> str:
    figures = "  ".join(f"p{fraction * 100:g} {nearest_rank(taken, fraction):.3f} ms" for fraction in FIGURES)
    return f"{rows:6d} rows  {figures}"


def main() -> int:
    friendship = _friendship()
    print(f"A user with {TOPICS_OF_USER} topics, {RUNS} suggestions, processor time:", flush=True)
    for topics in TOPICS_OF_CATALOGUE.values():
        catalogue = _catalogue(topics)
        _milliseconds(friendship, catalogue, WARM_UP)
        print(_line(len(catalogue.agendas), _milliseconds(friendship, catalogue, RUNS)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
