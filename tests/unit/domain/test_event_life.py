"""Whatever happens to an event, in whatever order, these stay true."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.event import ConversationEvent, IllegalTransition
from domain.event_status import EventStatus, FailureCode
from domain.retry_schedule import RetrySchedule
from domain.signals import Signals
from tests.examples import ENDED, P1, a_score, an_event

Step = Callable[[ConversationEvent, datetime, float], ConversationEvent]

WAITING = {EventStatus.PENDING, EventStatus.FAILED}
STEPS: dict[str, Step] = {
    "claim": lambda event, now, _: event.claimed(worker="w", now=now, lease=timedelta(seconds=60)),
    "process": lambda event, now, _: event.processed(now=now, signals=Signals(), score=a_score(), level=P1),
    "fail": lambda event, now, draw: event.failed(
        FailureCode.UNEXPECTED_ERROR, details="", now=now, signals=Signals(), schedule=RetrySchedule(), draw=draw
    ),
    "hand back": lambda event, now, _: event.handed_back(now=now),
    "retry": lambda event, now, _: event.retried(now=now),
    "skip": lambda event, _, __: event.skipped(),
}
# Claims and failures are the daily bread; a uniform draw would end most lives at once.
OFTEN = ["claim", "claim", "claim", "claim", "fail", "fail", "fail", "hand back", "retry", "skip", "process"]
LIVES = st.lists(
    st.tuples(st.sampled_from(OFTEN), st.sampled_from([0, 1, 61, 3600 * 49]), st.floats(-1, 1)), max_size=40
)


def lived(life: list[tuple[str, int, float]]) -> list[ConversationEvent]:
    """Every state the event was in; a step that is refused changes nothing."""
    now, states = ENDED, [an_event()]
    for name, seconds, draw in life:
        now += timedelta(seconds=seconds)
        try:
            states.append(STEPS[name](states[-1], now, draw))
        except IllegalTransition:
            states.append(states[-1])
    return states


@given(LIVES)
def test_attempts_are_never_negative_and_the_fence_never_shrinks(life: list[tuple[str, int, float]]) -> None:
    states = lived(life)

    assert all(state.attempt_count >= 0 for state in states)
    assert [state.fence for state in states] == sorted(state.fence for state in states)


@given(LIVES)
def test_every_claim_has_a_fence_of_its_own(life: list[tuple[str, int, float]]) -> None:
    states = lived(life)

    claims = [after.fence for before, after in pairwise(states) if after.lease not in (None, before.lease)]
    assert len(claims) == len(set(claims))


@given(LIVES)
def test_a_processed_event_is_final(life: list[tuple[str, int, float]]) -> None:
    states = lived(life)

    first = next((state for state in states if state.status is EventStatus.PROCESSED), states[-1])
    assert all(state is first for state in states[states.index(first) :])


@given(LIVES)
def test_a_lease_is_held_while_processing_and_only_then(life: list[tuple[str, int, float]]) -> None:
    assert all((state.lease is not None) == (state.status is EventStatus.PROCESSING) for state in lived(life))


@given(LIVES)
def test_what_waits_has_a_time_and_what_is_finished_has_none(life: list[tuple[str, int, float]]) -> None:
    for state in lived(life):
        if state.status is not EventStatus.PROCESSING:
            assert (state.next_attempt_at is not None) == (state.status in WAITING)


@given(LIVES)
def test_whatever_is_not_finished_comes_due_within_the_longest_wait(life: list[tuple[str, int, float]]) -> None:
    """An accepted event ends processed, skipped or permanently failed: no other state is a dead end."""
    end = ENDED + timedelta(seconds=sum(seconds for _, seconds, _ in life))
    last = lived(life)[-1]

    finished = last.status in (EventStatus.PROCESSED, EventStatus.SKIPPED, EventStatus.PERMANENTLY_FAILED)
    assert last.is_due(end + timedelta(hours=48)) != finished


@given(LIVES)
def test_an_event_fails_for_good_only_after_six_attempts(life: list[tuple[str, int, float]]) -> None:
    for state in lived(life):
        if state.status is EventStatus.PERMANENTLY_FAILED:
            assert state.attempt_count >= 6
        if state.status is EventStatus.FAILED:
            assert 1 <= state.attempt_count <= 5
