from datetime import timedelta

from application.ports.health import BreakerState
from application.ports.suggestion_facts import SuggestionFacts
from domain.identifiers import UserId
from infrastructure.in_memory.clock import FakeClock
from infrastructure.in_memory.database import InMemoryDatabase
from infrastructure.in_memory.suggestion_facts import InMemorySuggestionFacts
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.remembering_suggestion_facts import RememberingSuggestionFacts
from tests.examples import P1, P2, USER, a_friendship

HOUR = timedelta(hours=1)


class Scene:
    def __init__(self, *, capacity: int = 10) -> None:
        self.clock = FakeClock()
        self.database = InMemoryDatabase()
        self.breaker = CircuitBreaker(threshold=3, cooldown=HOUR)
        self.facts = RememberingSuggestionFacts(
            source=InMemorySuggestionFacts(database=self.database),
            breaker=self.breaker,
            clock=self.clock,
            capacity=capacity,
            max_age=HOUR,
        )

    async def seen(self, *users: str) -> None:
        for user in users:
            self.database.tables.friendships[UserId(user)] = a_friendship(user, level=P2)
            await self.facts.of_user(UserId(user))

    async def remembered(self, *users: str) -> list[bool]:
        self.database.reachable = False
        return [(await self.facts.of_user(UserId(user))).friendship.level is P2 for user in users]


async def test_while_the_database_answers_nothing_is_stale() -> None:
    scene = Scene()
    await scene.seen(USER)

    facts = await scene.facts.of_user(USER)

    assert facts == SuggestionFacts(friendship=a_friendship(level=P2), recent_greetings=(), stale=False)
    assert scene.database.round_trips == 2


async def test_a_user_seen_lately_is_remembered_while_the_database_is_away() -> None:
    scene = Scene()
    await scene.seen(USER)
    scene.database.reachable = False

    facts = await scene.facts.of_user(USER)

    assert facts == SuggestionFacts(friendship=a_friendship(level=P2), recent_greetings=(), stale=True)


async def test_anybody_else_is_a_stranger_and_is_introduced_when_the_database_is_back() -> None:
    scene = Scene()
    scene.database.reachable = False
    stranger = await scene.facts.of_user(USER)
    scene.database.reachable = True

    again = await scene.facts.of_user(USER)

    assert (stranger.friendship.level, stranger.stale, again.stale) == (P1, True, False)
    assert list(scene.database.tables.friendships) == [USER]


async def test_the_users_seen_last_are_remembered_and_no_more_than_there_is_room_for() -> None:
    scene = Scene(capacity=2)
    await scene.seen("user_1", "user_2", "user_1", "user_3")

    assert await scene.remembered("user_1", "user_2", "user_3") == [True, False, True]


async def test_nobody_is_remembered_for_ever() -> None:
    scene = Scene()
    await scene.seen("user_1")
    scene.clock.advance(HOUR / 2)
    await scene.seen("user_2")
    scene.clock.advance(HOUR / 2)

    assert await scene.remembered("user_1", "user_2") == [False, True]


async def test_a_database_that_keeps_failing_is_not_asked() -> None:
    scene = Scene()
    await scene.seen(USER)
    await scene.remembered(USER, USER, USER)
    assert scene.breaker.state is BreakerState.OPEN
    scene.database.reachable = True

    facts = await scene.facts.of_user(USER)

    assert (facts.stale, scene.database.round_trips) == (True, 1)
