from entrypoints.http.admission.concurrency_limit import FIRST, INTERVAL, SMALLEST, TARGET, ConcurrencyLimit
from entrypoints.http.admission.doorkeeper import ORDINARY_SHARE, Doorkeeper
from entrypoints.http.admission.request_class import RequestClass

PREFERRED, ORDINARY, BACKGROUND = RequestClass.PREFERRED, RequestClass.ORDINARY, RequestClass.BACKGROUND


class World:
    def __init__(self) -> None:
        self.now = self.lag = 0.0
        self.full = False
        limit = ConcurrencyLimit(standing_lag=lambda _: self.lag, monotonic=lambda: self.now)
        self.doorkeeper = Doorkeeper(limit=limit, pool_is_full=lambda: self.full)

    def let_in_all(self, kind: RequestClass) -> int:
        """How many at once."""
        before = self.doorkeeper.working
        while self.doorkeeper.may_begin(kind):
            self.doorkeeper.begun()
        return self.doorkeeper.working - before


def test_preferred_requests_find_a_place_when_others_do_not() -> None:
    world = World()

    assert world.let_in_all(ORDINARY) == FIRST * ORDINARY_SHARE
    assert not world.doorkeeper.may_begin(BACKGROUND)
    assert world.let_in_all(PREFERRED) == FIRST * (1 - ORDINARY_SHARE)
    assert not world.doorkeeper.may_begin(PREFERRED)


def test_who_leaves_makes_room() -> None:
    world = World()
    world.let_in_all(PREFERRED)

    world.doorkeeper.ended()

    assert world.doorkeeper.may_begin(PREFERRED)


def test_while_everybody_waits_fewer_of_each_class_find_a_place() -> None:
    world = World()
    world.let_in_all(PREFERRED)
    world.lag = 2 * TARGET.total_seconds()
    for _ in range(100):
        world.now += INTERVAL.total_seconds()
        world.doorkeeper.may_begin(PREFERRED)

    while world.doorkeeper.working:
        world.doorkeeper.ended()

    assert world.let_in_all(ORDINARY) == SMALLEST * ORDINARY_SHARE
    assert world.let_in_all(PREFERRED) == SMALLEST * (1 - ORDINARY_SHARE)


def test_nobody_begins_who_would_wait_for_the_database() -> None:
    world = World()
    world.full = True

    assert not any(world.doorkeeper.may_begin(kind) for kind in (ORDINARY, BACKGROUND))


def test_posts_and_suggestions_do_not_need_a_free_connection() -> None:
    world = World()
    world.full = True

    assert world.doorkeeper.may_begin(PREFERRED)
