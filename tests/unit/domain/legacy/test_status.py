from datetime import UTC, datetime
from typing import Any

import pytest

from domain.emotion import SessionEmotion
from domain.friendship import Friendship
from domain.legacy.findings import Repair, Unusable
from domain.legacy.status import read_status
from domain.local_time import HO_CHI_MINH
from domain.topic_metrics import TopicMetrics
from tests.examples import ENDED, P1, P2, P3
from tests.legacy_rows import a_status, a_topic


def _read(**changes: Any) -> tuple[Friendship, set[Repair]]:  # noqa: ANN401 - any JSON
    read = read_status(a_status(**changes), UTC)
    return read.value, set(read.repairs)


def _topic(**changes: Any) -> tuple[TopicMetrics, set[Repair]]:  # noqa: ANN401 - any JSON
    friendship, repairs = _read(
        friendship_score=3500, friendship_level="FRIEND", topic_metrics={"movie": a_topic(**changes)}
    )
    (topic,) = friendship.topics.values()
    return topic, repairs - {Repair.SHORT_LEVEL}


def test_a_row_without_fault_is_taken_as_it_is() -> None:
    friendship, repairs = _read()

    assert repairs == set()
    assert (friendship.user_id, friendship.score, friendship.streak_day) == ("user_42", 600.0, 3)
    assert (friendship.last_interaction_date, friendship.last_emotion) == (ENDED, SessionEmotion.HAPPY)
    assert dict(friendship.topics) == {
        "movie": TopicMetrics(score=87.0, turns=41, friendship_level=P2, last_date=ENDED, agents_used=("bot_17",))  # type: ignore[arg-type]
    }


def test_what_is_not_there_is_as_for_a_stranger() -> None:
    read = read_status({"user_id": "user_42", "friendship_level": "STRANGER"}, UTC)

    assert read.value == Friendship(user_id=read.value.user_id)


@pytest.mark.parametrize(
    ("changes", "repair"),
    [
        ({"user_id": "user_42  "}, Repair.TRIMMED),
        ({"friendship_level": "ACQUAINTANCE"}, Repair.SHORT_LEVEL),
        ({"friendship_level": "PHASE3_FRIEND"}, Repair.LEVEL),
        ({"friendship_level": None}, Repair.LEVEL),
        ({"friendship_score": 600.00001}, Repair.ROUNDED),
        ({"streak_day": -1}, Repair.NEGATIVE),
        ({"last_emotion": "puzzled"}, Repair.EMOTION),
        ({"last_interaction_date": "2025-11-26T10:20:00"}, Repair.LOCAL_TIME),
        ({"topic_metrics": {"movie": 5}}, Repair.TOPIC_DROPPED),
        ({"topic_metrics": {" ": a_topic()}}, Repair.TOPIC_DROPPED),
        ({"topic_metrics": {"movie ": a_topic()}}, Repair.TRIMMED),
    ],
)
def test_what_can_be_mended_is_mended_and_told(changes: dict[str, Any], repair: Repair) -> None:
    _, repairs = _read(**changes)

    assert repair in repairs


@pytest.mark.parametrize(
    "changes",
    [
        {"user_id": "ab"},
        {"user_id": "u" * 256},
        {"friendship_score": "NaN"},
        {"friendship_score": "much"},
        {"last_interaction_date": "infinity"},
        {"last_interaction_date": "yesterday"},
        {"topic_metrics": {"movie": a_topic(score=[])}},
    ],
)
def test_what_cannot_be_valid_is_left_out(changes: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        _read(**changes)


def test_a_time_without_a_zone_is_in_the_one_that_is_said() -> None:
    row = a_status(last_interaction_date="2025-11-26T17:20:00")

    assert read_status(row, HO_CHI_MINH).value.last_interaction_date == ENDED


def test_a_day_alone_is_a_day_in_vietnam() -> None:
    friendship, _ = _read(last_interaction_date="2025-11-26")

    assert friendship.last_interaction_date == datetime(2025, 11, 26, 12, tzinfo=HO_CHI_MINH)


def test_older_names_of_a_topics_figures_are_known() -> None:
    older = {"topic_score": 60.5, "total_turns": 7, "last_talked_date": "2025-11-26T10:20:00Z"}

    friendship, repairs = _read(topic_metrics={"movie": older})

    assert Repair.OLDER_FIGURE in repairs
    topic = friendship.topics[next(iter(friendship.topics))]
    assert (topic.score, topic.turns, topic.last_date) == (60.5, 7, ENDED)


@pytest.mark.parametrize(
    ("score", "said", "level"), [(10, "FRIEND", P1), (60, "STRANGER", P2), (60, "FRIEND", P3), (200, "STRANGER", P3)]
)
def test_the_level_of_a_topic_follows_its_score(score: float, said: str, level: str) -> None:
    topic, repairs = _topic(score=score, friendship_level=said)

    assert topic.friendship_level is level
    assert (Repair.TOPIC_LEVEL in repairs) == (level.partition("_")[2] != said)


def test_no_topic_stands_above_its_user() -> None:
    friendship, _ = _read(topic_metrics={"movie": a_topic(score=900, friendship_level="FRIEND")})

    assert next(iter(friendship.topics.values())).friendship_level is P2


def test_topics_that_differ_in_blanks_only_are_joined() -> None:
    friendship, repairs = _read(topic_metrics={"movie": a_topic(), "movie ": a_topic(agents_used=["bot_17", "bot_18"])})

    assert Repair.TOPICS_JOINED in repairs
    (topic,) = friendship.topics.values()
    assert (topic.score, topic.turns, topic.agents_used) == (174.0, 82, ("bot_17", "bot_18"))
