from datetime import timedelta

from infrastructure.resilience.rate_limiter import ASK_AGAIN_SECONDS, RateLimiter

TEN_SECONDS = timedelta(seconds=10)


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_limiter() -> tuple[RateLimiter, Seconds]:
    seconds = Seconds()
    return RateLimiter(monotonic=seconds), seconds


def test_what_nobody_told_of_is_free() -> None:
    limiter, _ = a_limiter()
    assert limiter.wait({"tokens": 1_000_000}) == 0


def test_what_is_left_may_be_spent_and_no_more_until_the_reset() -> None:
    limiter, seconds = a_limiter()
    limiter.learn("tokens", left=100, limit=500, resets_in=TEN_SECONDS)

    assert limiter.wait({"tokens": 100}) == 0
    assert limiter.wait({"tokens": 101}) == 10
    seconds.now = 4
    assert limiter.wait({"tokens": 101}) == 6
    seconds.now = 10
    assert limiter.wait({"tokens": 500}) == 0


def test_the_scarcest_allowance_decides() -> None:
    limiter, _ = a_limiter()
    limiter.learn("requests", left=0, resets_in=timedelta(seconds=3))
    limiter.learn("tokens", left=0, resets_in=timedelta(seconds=7))

    assert limiter.wait({"requests": 1, "tokens": 1}) == 7


def test_what_is_under_way_counts_as_spent() -> None:
    limiter, _ = a_limiter()
    limiter.learn("tokens", left=100, resets_in=TEN_SECONDS)

    with limiter.spending({"tokens": 60}):
        assert limiter.wait({"tokens": 40}) == 0
        assert limiter.wait({"tokens": 41}) == ASK_AGAIN_SECONDS


def test_an_attempt_that_ended_without_a_word_has_spent_what_it_might() -> None:
    limiter, _ = a_limiter()
    limiter.learn("tokens", left=100, resets_in=TEN_SECONDS)

    with limiter.spending({"tokens": 60}):
        pass

    assert limiter.wait({"tokens": 41}) == 10


def test_an_attempt_that_told_what_is_left_is_believed() -> None:
    limiter, _ = a_limiter()
    limiter.learn("tokens", left=100, resets_in=TEN_SECONDS)

    with limiter.spending({"tokens": 60}):
        limiter.learn("tokens", left=90, resets_in=TEN_SECONDS)

    assert limiter.wait({"tokens": 90}) == 0


def test_who_needs_more_than_there_ever_is_goes_when_all_is_left() -> None:
    limiter, _ = a_limiter()
    limiter.learn("tokens", left=99, limit=100, resets_in=TEN_SECONDS)
    assert limiter.wait({"tokens": 5000}) == 10

    limiter.learn("tokens", left=100, limit=100, resets_in=TEN_SECONDS)
    assert limiter.wait({"tokens": 5000}) == 0


def test_a_pause_holds_for_everybody_and_is_never_shortened() -> None:
    limiter, seconds = a_limiter()
    limiter.pause(timedelta(seconds=30))
    limiter.pause(timedelta(seconds=5))

    assert limiter.wait({}) == 30
    seconds.now = 31
    assert limiter.wait({}) == 0
