"""Rows of the first implementation, as JSON has them; one sensible example of each."""

from typing import Any

Row = dict[str, Any]

BOT_SAYS = {"character": "BOT_RESPONSE_CONVERSATION", "content": "Hi! Seen any films?"}
CHILD_SAYS = {"character": "USER_RESPONSE_CONVERSATION", "content": "Yes, a funny one"}


def a_status(user_id: str | None = "user_42", **changes: Any) -> Row:  # noqa: ANN401 - any JSON
    return {
        "user_id": user_id,
        "friendship_score": 600.0,
        "friendship_level": "PHASE2_ACQUAINTANCE",
        "last_interaction_date": "2025-11-26T10:20:00+00:00",
        "streak_day": 3,
        "topic_metrics": {"movie": a_topic()},
        "last_emotion": "happy",
        "last_followup_topic": None,
    } | changes


def a_topic(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {
        "score": 87.0,
        "turns": 41,
        "friendship_level": "PHASE2_ACQUAINTANCE",
        "last_date": "2025-11-26T10:20:00+00:00",
        "agents_used": ["bot_17"],
    } | changes


def an_event(conversation_id: str | None = "conv_0001", **changes: Any) -> Row:  # noqa: ANN401 - any JSON
    """Processed and counted."""
    return {
        "conversation_id": conversation_id,
        "user_id": "user_42",
        "bot_type": "TALK",
        "bot_id": "bot_17",
        "bot_name": "Movie chat",
        "agent_tag": "agent_movie",
        "start_time": "2025-11-26T10:00:00+00:00",
        "end_time": "2025-11-26T10:20:00+00:00",
        "conversation_log": [
            {"speaker": "pika", "text": "Hi! Seen any films?", "turn_id": 1},
            {"speaker": "user", "text": "Yes, a funny one", "turn_id": 2},
        ],
        "raw_conversation_log": [BOT_SAYS, CHILD_SAYS],
        "status": "PROCESSED",
        "attempt_count": 1,
        "created_at": "2025-11-26T10:20:05+00:00",
        "processed_at": "2025-11-26T10:21:00+00:00",
        "friendship_score_change": 29.0,
        "new_friendship_level": "PHASE2_ACQUAINTANCE",
        "score_calculation_details": {
            "total_turns": 3,
            "user_initiated_questions": 2,
            "session_emotion": "interesting",
            "new_memories_count": 1,
            "base_score": 3.0,
            "engagement_bonus": 6.0,
            "emotion_bonus": 15.0,
            "memory_bonus": 5.0,
            "total_score_before_clamp": 29.0,
            "final_score_change": 29.0,
        },
    } | changes


def a_waiting_event(conversation_id: str = "conv_0001", **changes: Any) -> Row:  # noqa: ANN401 - any JSON
    nothing = dict.fromkeys(
        ("processed_at", "friendship_score_change", "new_friendship_level", "score_calculation_details")
    )
    return an_event(conversation_id, status="PENDING", **nothing) | changes


def an_agenda(number: int = 1, **changes: Any) -> Row:  # noqa: ANN401 - any JSON
    return {
        "id": number,
        "topic_id": "movie",
        "agent_id": "agent_movie",
        "talking_agenda": "4. OPENING",
        "friendship_level": "PHASE1_STRANGER",
        "agent_type": "TALK",
    } | changes


def a_persona(level: str = "PHASE1_STRANGER") -> Row:
    return {"friendship_level": level, "context_style_guideline": "1. STYLE", "user_profile": "6. PROFILE"}
