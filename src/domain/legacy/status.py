"""Rows of ``friendship_status``: how a child and Pika got along when the first implementation ended."""

from collections.abc import Mapping
from datetime import tzinfo

from domain.friendship import Friendship
from domain.friendship_level import FriendshipLevel
from domain.identifiers import BotId, TopicId, UserId
from domain.legacy.findings import Read, Repair
from domain.legacy.row import RowReader
from domain.topic_metrics import TopicMetrics, topic_level

P1 = FriendshipLevel.PHASE1_STRANGER


def read_status(cells: Mapping[str, object], zone: tzinfo) -> Read[Friendship]:
    """Raises Unusable."""
    row = RowReader(cells=cells, zone=zone)
    score = row.points("friendship_score")
    level = FriendshipLevel.of_score(score)
    if row.level("friendship_level") is not level:
        row.repairs.add(Repair.LEVEL)
    friendship = Friendship(
        user_id=UserId(row.identifier("user_id")),
        score=score,
        streak_day=row.count("streak_day"),
        last_interaction_date=row.moment("last_interaction_date"),
        topics=_topics(row, level),
        last_emotion=row.emotion("last_emotion"),
        last_followup_topic=row.text("last_followup_topic") or None,
    )
    return Read(value=friendship, repairs=frozenset(row.repairs))


def _topics(row: RowReader, user_level: FriendshipLevel) -> dict[TopicId, TopicMetrics]:
    topics: dict[TopicId, TopicMetrics] = {}
    for name, cells in (row.object("topic_metrics") or {}).items():
        topic_id = TopicId(name.strip())
        if topic_id != name:
            row.repairs.add(Repair.TRIMMED)
        if not topic_id or not isinstance(cells, dict):
            row.repairs.add(Repair.TOPIC_DROPPED)
            continue
        metrics = _metrics(row.part(cells), user_level)
        if topic_id in topics:
            row.repairs.add(Repair.TOPICS_JOINED)
            metrics = topics[topic_id].joined_with(metrics, user_level=user_level)
        topics[topic_id] = metrics
    return topics


def _metrics(topic: RowReader, user_level: FriendshipLevel) -> TopicMetrics:
    score = topic.points(topic.first_of("score", "topic_score"))
    said = topic.level("friendship_level")
    level = topic_level(said or P1, score=score, user_level=user_level)
    if said not in (None, level):
        topic.repairs.add(Repair.TOPIC_LEVEL)
    bots = [bot.strip() for bot in topic.items("agents_used") or () if isinstance(bot, str) and bot.strip()]
    return TopicMetrics(
        score=score,
        turns=topic.count(topic.first_of("turns", "total_turns")),
        friendship_level=level,
        last_date=topic.moment(topic.first_of("last_date", "last_talked_date")),
        agents_used=tuple(BotId(bot) for bot in dict.fromkeys(bots)),
    )
