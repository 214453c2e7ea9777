from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from application.ports.alert_channel import AlertGroup
from domain.alert import RULES, Alert, AlertComponent, AlertLevel, AlertType
from infrastructure.alerting.pile import DIGEST_SECONDS, GATHER_SECONDS, MAX_CONVERSATIONS, AlertPile
from tests.unit.alerting.alerts import an_alert

CRITICAL_KINDS = sum(AlertLevel.CRITICAL in rule.levels for rule in RULES.values()) * len(AlertComponent)
ALL_ALERTS = [
    Alert(type=kind, level=level, component=component, what="x")
    for kind, rule in RULES.items()
    for level in sorted(rule.levels)
    for component in AlertComponent
]
ANY_ALERT = st.sampled_from(ALL_ALERTS)
SECONDS = st.integers(min_value=0, max_value=int(2 * DIGEST_SECONDS))


def a_pile(*, capacity: int = 100) -> AlertPile:
    return AlertPile(started_at=0.0, capacity=capacity)


def taken(pile: AlertPile, now: float) -> list[AlertGroup]:
    groups: list[AlertGroup] = []
    while ready := pile.take(now):
        groups.extend(ready)
    return groups


def test_an_ordinary_alert_is_told_at_once() -> None:
    pile = a_pile()

    pile.add(an_alert(AlertLevel.HIGH, conversation="conv_1"), 5.0)

    [group] = pile.take(5.0)
    assert (group.count, group.conversation_ids) == (1, ("conv_1",))
    assert len(pile) == 0


def test_critical_alerts_of_a_kind_are_told_together_after_a_while() -> None:
    pile = a_pile()
    for number in range(3):
        pile.add(an_alert(AlertLevel.CRITICAL, conversation=f"conv_{number}"), float(number))

    assert pile.take(GATHER_SECONDS - 0.1) == ()
    [group] = pile.take(GATHER_SECONDS)
    assert (group.count, group.conversation_ids) == (3, ("conv_0", "conv_1", "conv_2"))


def test_a_group_names_so_many_conversations_and_counts_all() -> None:
    pile = a_pile()
    for number in range(1000):
        pile.add(an_alert(AlertLevel.CRITICAL, conversation=f"conv_{number}"), 0.0)

    [group] = pile.take(GATHER_SECONDS)
    assert (group.count, len(group.conversation_ids)) == (1000, MAX_CONVERSATIONS)


def test_a_conversation_is_named_once() -> None:
    pile = a_pile()
    for _ in range(3):
        pile.add(an_alert(AlertLevel.CRITICAL, conversation="conv_1"), 0.0)

    [group] = pile.take(GATHER_SECONDS)
    assert (group.count, group.conversation_ids) == (3, ("conv_1",))


def test_what_can_wait_is_told_together_once_an_hour() -> None:
    pile = a_pile()
    for component in (AlertComponent.QUESTIONS, AlertComponent.EMOTION, AlertComponent.QUESTIONS):
        pile.add(an_alert(AlertLevel.LOW, component=component), 10.0)

    assert pile.take(DIGEST_SECONDS - 1) == ()
    digest = pile.take(DIGEST_SECONDS)
    assert {group.alert.component: group.count for group in digest} == {"questions": 2, "emotion": 1}


def test_after_a_digest_the_next_one_is_an_hour_away() -> None:
    pile = a_pile()
    pile.add(an_alert(AlertLevel.LOW), 0.0)
    assert pile.take(DIGEST_SECONDS)

    pile.add(an_alert(AlertLevel.LOW), DIGEST_SECONDS + 1)

    assert pile.next_ready_at() == 2 * DIGEST_SECONDS


def test_the_most_urgent_is_told_first() -> None:
    pile = a_pile()
    for level in (AlertLevel.LOW, AlertLevel.INFO, AlertLevel.MEDIUM, AlertLevel.HIGH, AlertLevel.CRITICAL):
        pile.add(an_alert(level), 0.0)

    assert [group.alert.level for group in taken(pile, DIGEST_SECONDS)] == ["CRITICAL", "HIGH", "MEDIUM", "INFO", "LOW"]


def test_what_does_not_fit_is_counted() -> None:
    pile = a_pile(capacity=1)
    pile.add(an_alert(AlertLevel.HIGH), 0.0)

    pile.add(an_alert(AlertLevel.MEDIUM), 0.0)
    pile.add(an_alert(AlertLevel.MEDIUM), 0.0)

    assert (len(pile), pile.take_lost(), pile.take_lost()) == (1, 2, 0)


def test_the_least_urgent_gives_way_to_a_critical_one() -> None:
    pile = a_pile(capacity=2)
    pile.add(an_alert(AlertLevel.HIGH), 0.0)
    pile.add(an_alert(AlertLevel.MEDIUM), 0.0)

    pile.add(an_alert(AlertLevel.CRITICAL), 0.0)

    assert pile.take_lost() == 1
    assert [group.alert.level for group in taken(pile, GATHER_SECONDS)] == ["CRITICAL", "HIGH"]


def test_a_group_that_is_put_back_keeps_what_it_counted_and_meets_what_came_since() -> None:
    pile = a_pile()
    pile.add(an_alert(AlertLevel.CRITICAL, conversation="conv_1"), 0.0)
    [group] = pile.take(GATHER_SECONDS)
    pile.add(an_alert(AlertLevel.CRITICAL, conversation="conv_2"), GATHER_SECONDS)

    pile.put_back(group, ready_at=100.0)

    [told] = pile.take(200.0)
    assert (told.count, set(told.conversation_ids)) == (2, {"conv_1", "conv_2"})


def test_in_a_hurry_nothing_is_waited_for() -> None:
    pile = a_pile()
    pile.add(an_alert(AlertLevel.CRITICAL), 0.0)
    pile.add(an_alert(AlertLevel.LOW), 0.0)

    pile.hurry(1.0)

    assert len(taken(pile, 1.0)) == 2


def test_a_storm_takes_no_more_room_than_its_kinds() -> None:
    pile = a_pile()

    for number in range(10_000):
        pile.add(an_alert(list(AlertLevel)[number % 5], conversation=f"conv_{number}"), 0.0)

    assert len(pile) == 5
    assert sum(group.count for group in taken(pile, DIGEST_SECONDS)) == 10_000


@given(alerts=st.lists(st.tuples(ANY_ALERT, SECONDS), max_size=60), capacity=st.integers(0, 20))
def test_every_alert_is_told_or_counted_and_none_that_is_critical_is_lost(
    alerts: Sequence[tuple[Alert, float]], capacity: int
) -> None:
    pile = a_pile(capacity=capacity)
    for alert, now in alerts:
        pile.add(alert, now)
    waiting = len(pile)

    told = taken(pile, 10 * DIGEST_SECONDS)

    critical = [alert for alert, _ in alerts if alert.level is AlertLevel.CRITICAL]
    assert sum(group.count for group in told if group.alert.level is AlertLevel.CRITICAL) == len(critical)
    assert sum(group.count for group in told) + pile.lost == len(alerts)
    assert waiting <= capacity + CRITICAL_KINDS


@given(alerts=st.lists(ANY_ALERT, min_size=1, max_size=60))
def test_what_is_told_at_a_time_is_of_one_level_and_nothing_more_urgent_waits(alerts: Sequence[Alert]) -> None:
    pile = a_pile(capacity=10_000)
    for alert in alerts:
        pile.add(alert, 0.0)

    told = taken(pile, DIGEST_SECONDS)

    ranks = [group.alert.level.rank for group in told]
    assert ranks == sorted(ranks)
    keys = [(group.alert.type, group.alert.component, group.alert.level) for group in told]
    assert len(set(keys)) == len(keys)


def test_every_kind_of_critical_alert_has_its_own_group() -> None:
    pile = a_pile(capacity=0)
    for component in AlertComponent:
        pile.add(an_alert(AlertLevel.CRITICAL, component=component), 0.0)

    assert len(pile) == len(AlertComponent)
    assert pile.lost == 0
    assert AlertType.PERMANENTLY_FAILED in {group.alert.type for group in taken(pile, GATHER_SECONDS)}
