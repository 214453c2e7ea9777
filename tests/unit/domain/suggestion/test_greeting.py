from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.agent_type import AgentType
from domain.catalogue import Agenda, Catalogue
from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.suggestion.errors import NoSuitableAgent
from domain.suggestion.greeting import Greeting, choose_greeting, is_birthday
from tests.examples import P1, P2, P3, SeededDice, a_catalogue, a_friendship, a_greeting, an_agenda

NOON = datetime(2025, 11, 26, 5, 0, tzinfo=UTC)  # at noon in Ho Chi Minh
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ORDINARY = "Phase default greeting"
GREETINGS = ("birthday", "returning_user", "streak", "emotion_check", "followup", "general_greeting")


def greeted(
    friendship: Friendship,
    catalogue: Catalogue,
    *,
    now: datetime = NOON,
    recent_tags: tuple[str, ...] = (),
    seed: int = 0,
) -> Greeting:
    return choose_greeting(friendship, catalogue, now=now, recent_tags=recent_tags, dice=SeededDice(seed))


def all_greetings(friendship: Friendship, catalogue: Catalogue, *, recent_tags: tuple[str, ...] = ()) -> set[str]:
    return {greeted(friendship, catalogue, recent_tags=recent_tags, seed=seed).agenda.agent_id for seed in range(100)}


def a_catalogue_of(*topics: str, friendship_level: FriendshipLevel = P1) -> Catalogue:
    return a_catalogue(*(a_greeting(topic, friendship_level=friendship_level) for topic in topics))


def nothing_special() -> Friendship:
    return a_friendship(streak_day=1, last_interaction_date=NOON - DAY)


BIRTHDAY = replace(nothing_special(), birthday=date(2017, 11, 26))
RETURNING = a_friendship(last_interaction_date=NOON - 7 * DAY)
ON_A_STREAK = a_friendship(streak_day=5, last_interaction_date=NOON - DAY)
SAD = replace(nothing_special(), last_emotion=SessionEmotion.SAD)
ANGRY = replace(nothing_special(), last_emotion=SessionEmotion.ANGRY)
FOLLOWING = replace(nothing_special(), last_followup_topic="dinosaurs")


@pytest.mark.parametrize(
    ("friendship", "topic", "reason"),
    [
        (BIRTHDAY, "birthday", "Birthday greeting"),
        (RETURNING, "returning_user", "Returning user greeting"),
        (ON_A_STREAK, "streak", "High streak celebration"),
        (SAD, "emotion_check", "Emotion check-in"),
        (ANGRY, "emotion_check", "Emotion check-in"),
        (FOLLOWING, "followup", "Follow-up topic greeting"),
        (nothing_special(), "general_greeting", ORDINARY),
        (a_friendship(), "general_greeting", ORDINARY),
    ],
)
def test_each_occasion_has_its_greeting(friendship: Friendship, topic: str, reason: str) -> None:
    for seed in range(20):
        greeting = greeted(friendship, a_catalogue_of(*GREETINGS), seed=seed)

        assert (greeting.agenda.topic_id, greeting.reason) == (topic, reason)


EVERYTHING = {"birthday": date(2017, 11, 26), "last_emotion": SessionEmotion.SAD, "last_followup_topic": "dinosaurs"}


@pytest.mark.parametrize(
    ("friendship", "order"),
    [
        (RETURNING, ["birthday", "returning_user", "emotion_check", "followup", "general_greeting"]),
        (ON_A_STREAK, ["birthday", "streak", "emotion_check", "followup", "general_greeting"]),
    ],
)
def test_the_first_occasion_that_holds_and_has_a_row_wins(friendship: Friendship, order: list[str]) -> None:
    friendship = replace(friendship, **EVERYTHING)  # type: ignore[arg-type]
    left = list(GREETINGS)

    for expected in order:
        assert greeted(friendship, a_catalogue_of(*reversed(left))).agenda.topic_id == expected
        left.remove(expected)


@pytest.mark.parametrize(
    ("friendship", "reason"),
    [
        (a_friendship(last_interaction_date=NOON - 6 * DAY), ORDINARY),
        (a_friendship(last_interaction_date=NOON - 7 * DAY + SECOND), ORDINARY),
        (a_friendship(last_interaction_date=NOON - 7 * DAY), "Returning user greeting"),
        (a_friendship(last_interaction_date=NOON + DAY), ORDINARY),
        (a_friendship(last_interaction_date=NOON - 300 * DAY), "Returning user greeting"),
        (a_friendship(streak_day=4, last_interaction_date=NOON), ORDINARY),
        (a_friendship(streak_day=5, last_interaction_date=NOON), "High streak celebration"),
        (a_friendship(streak_day=9, last_interaction_date=NOON - DAY), "High streak celebration"),
        (a_friendship(streak_day=9, last_interaction_date=NOON - 2 * DAY), ORDINARY),
        (a_friendship(last_emotion=SessionEmotion.BORING), ORDINARY),
        (a_friendship(last_emotion=SessionEmotion.HAPPY), ORDINARY),
        (replace(a_friendship(), last_followup_topic=""), ORDINARY),
        (replace(a_friendship(), birthday=date(2017, 11, 27)), ORDINARY),
    ],
)
def test_where_an_occasion_begins(friendship: Friendship, reason: str) -> None:
    assert greeted(friendship, a_catalogue_of(*GREETINGS)).reason == reason


@pytest.mark.parametrize(
    ("birthday", "today", "celebrated"),
    [
        (date(2017, 11, 26), date(2025, 11, 26), True),
        (date(2017, 11, 26), date(2025, 11, 25), False),
        (date(2017, 11, 26), date(2025, 10, 26), False),
        (date(2016, 2, 29), date(2024, 2, 29), True),
        (date(2016, 2, 29), date(2024, 2, 28), False),
        (date(2016, 2, 29), date(2025, 2, 28), True),
        (date(2016, 2, 29), date(2025, 3, 1), False),
        (date(2016, 2, 29), date(2100, 2, 28), True),
        (date(2017, 2, 28), date(2024, 2, 28), True),
        (date(2017, 2, 28), date(2024, 2, 29), False),
        (None, date(2025, 11, 26), False),
    ],
)
def test_when_a_birthday_is_celebrated(birthday: date | None, today: date, celebrated: bool) -> None:  # noqa: FBT001
    assert is_birthday(birthday, today) is celebrated


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (datetime(2025, 11, 25, 16, 59, 59, tzinfo=UTC), ORDINARY),
        (datetime(2025, 11, 25, 17, 0, tzinfo=UTC), "Birthday greeting"),
        (datetime(2025, 11, 26, 16, 59, 59, tzinfo=UTC), "Birthday greeting"),
        (datetime(2025, 11, 26, 17, 0, tzinfo=UTC), ORDINARY),
    ],
)
def test_a_birthday_lasts_from_midnight_to_midnight_in_ho_chi_minh(now: datetime, reason: str) -> None:
    assert greeted(BIRTHDAY, a_catalogue_of(*GREETINGS), now=now).reason == reason


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (datetime(2025, 2, 27, 16, 59, 59, tzinfo=UTC), ORDINARY),
        (datetime(2025, 2, 27, 17, 0, tzinfo=UTC), "Birthday greeting"),
        (datetime(2025, 2, 28, 17, 0, tzinfo=UTC), ORDINARY),  # the first of March over there
        (datetime(2024, 2, 28, 16, 59, 59, tzinfo=UTC), ORDINARY),
        (datetime(2024, 2, 28, 17, 0, tzinfo=UTC), "Birthday greeting"),
        (datetime(2024, 2, 29, 17, 0, tzinfo=UTC), ORDINARY),
    ],
)
def test_a_child_of_the_29th_of_february_celebrates_on_the_last_day_of_february_over_there(
    now: datetime, reason: str
) -> None:
    leapling = replace(BIRTHDAY, birthday=date(2016, 2, 29), last_interaction_date=now - DAY)

    assert greeted(leapling, a_catalogue_of(*GREETINGS), now=now).reason == reason


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (datetime(2025, 11, 27, 16, 59, 59, tzinfo=UTC), "High streak celebration"),
        (datetime(2025, 11, 27, 17, 0, tzinfo=UTC), ORDINARY),
    ],
)
def test_a_streak_is_over_at_midnight_in_ho_chi_minh_after_a_day_was_missed(now: datetime, reason: str) -> None:
    assert (
        greeted(a_friendship(streak_day=5, last_interaction_date=NOON), a_catalogue_of(*GREETINGS), now=now).reason
        == reason
    )


@pytest.mark.parametrize(
    "row",
    [
        an_agenda("my_birthday_party", agent_id="hello", agent_type=AgentType.GREETING),
        an_agenda("hello", agent_id="greeting_birthday_2", agent_type=AgentType.GREETING),
        an_agenda("BIRTHDAY", agent_id="hello", agent_type=AgentType.GREETING),
        an_agenda("hello", agent_id="Greeting_Birthday ", agent_type=AgentType.GREETING),
    ],
)
def test_a_keyword_may_stand_anywhere_in_topic_or_agent_in_any_case(row: Agenda) -> None:
    greeting = greeted(BIRTHDAY, a_catalogue(a_greeting(), row))

    assert (greeting.agenda.topic_id, greeting.agenda.agent_id) == (row.topic_id, row.agent_id)
    assert greeting.reason == "Birthday greeting"


def test_an_ordinary_day_is_never_greeted_as_a_special_one() -> None:
    catalogue = a_catalogue_of(*GREETINGS, "hello_again")

    assert all_greetings(nothing_special(), catalogue) == {"general_greeting", "hello_again"}


def test_an_ordinary_day_is_greeted_with_anything_when_there_is_nothing_ordinary() -> None:
    catalogue = a_catalogue_of("birthday", "streak")

    assert all_greetings(nothing_special(), catalogue) == {"birthday", "streak"}
    assert greeted(nothing_special(), catalogue).reason == ORDINARY


@pytest.mark.parametrize(
    ("level", "rows_at", "greeted_at"),
    [
        (P1, (P1, P2, P3), P1),
        (P2, (P1, P2, P3), P2),
        (P3, (P1, P2, P3), P3),
        (P3, (P1, P2), P2),
        (P3, (P1,), P1),
        (P2, (P1, P3), P1),
    ],
)
def test_a_greeting_is_of_the_level_of_the_user_or_the_next_lower(
    level: FriendshipLevel, rows_at: tuple[FriendshipLevel, ...], greeted_at: FriendshipLevel
) -> None:
    catalogue = a_catalogue(*(a_greeting(friendship_level=row_level) for row_level in rows_at))

    assert greeted(a_friendship(level=level), catalogue).agenda.friendship_level is greeted_at


def test_an_occasion_does_not_reach_below_the_level_of_its_pool() -> None:
    catalogue = a_catalogue(a_greeting("birthday", friendship_level=P1), a_greeting(friendship_level=P2))

    greeting = greeted(replace(BIRTHDAY, score=600.0), catalogue)

    assert (greeting.agenda.friendship_level, greeting.reason) == (P2, ORDINARY)


@pytest.mark.parametrize(
    "catalogue",
    [
        Catalogue(),
        a_catalogue(an_agenda()),
        a_catalogue(a_greeting(friendship_level=P2), a_greeting(friendship_level=P3)),
    ],
)
def test_no_greeting_up_to_the_level_of_the_user_is_an_error(catalogue: Catalogue) -> None:
    with pytest.raises(NoSuitableAgent):
        greeted(a_friendship(), catalogue)


def test_greetings_not_used_lately_are_preferred() -> None:
    catalogue = a_catalogue_of("hello", "good_day", "hi_there", "xin_chao")

    assert all_greetings(a_friendship(), catalogue, recent_tags=("hello", "good_day")) == {"hi_there", "xin_chao"}


@pytest.mark.parametrize("tag", ["hello", " HELLO ", "tag_hello", "Tag_Hello\t"])
def test_a_greeting_was_used_under_its_tag_or_its_agent_in_any_case(tag: str) -> None:
    row = an_agenda("hello", agent_id="hello", agent_type=AgentType.GREETING, agent_tag=" tag_HELLO")
    catalogue = a_catalogue(row, a_greeting("xin_chao"))

    assert all_greetings(a_friendship(), catalogue, recent_tags=(tag,)) == {"xin_chao"}


def test_when_every_greeting_was_used_lately_any_will_do() -> None:
    catalogue = a_catalogue_of("hello", "xin_chao")

    assert all_greetings(a_friendship(), catalogue, recent_tags=("hello", "xin_chao", "hello")) == {"hello", "xin_chao"}


def test_an_occasion_matters_more_than_variety() -> None:
    greeting = greeted(BIRTHDAY, a_catalogue_of("birthday", "hello"), recent_tags=("birthday",))

    assert greeting.agenda.topic_id == "birthday"


def test_a_catalogue_with_one_greeting_always_greets_with_it() -> None:
    for friendship in (BIRTHDAY, RETURNING, ON_A_STREAK, SAD, FOLLOWING, nothing_special()):
        assert greeted(friendship, a_catalogue(a_greeting()), recent_tags=("general_greeting",)).reason == ORDINARY
