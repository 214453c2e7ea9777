"""What a caller reads when all goes well; the story begins with the bodies beside this file."""

from typing import Any

from entrypoints.http.openapi.examples import bodies


def _envelope(message: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "message": message, "data": data}


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": [item], "total": 1, "page": 1, "page_size": 20, "total_pages": 1}


_EVENT: dict[str, Any] = {
    "event_id": 17,
    "conversation_id": "conv_0001",
    "original_conversation_id": "conv_0001",
    "user_id": "user_42",
    "bot_type": "TALK",
    "bot_id": "bot_17",
    "bot_name": "Movie chat",
    "agent_tag": "agent_movie",
    "start_time": "2025-11-26T10:00:00Z",
    "end_time": "2025-11-26T10:20:00Z",
    "duration_seconds": 1200.0,
    "status": "PENDING",
    "attempt_count": 0,
    "next_attempt_at": "2025-11-26T10:20:01Z",
    "created_at": "2025-11-26T10:20:01Z",
    "log": {"utterances": 2, "pika": 1, "user": 1, "size_bytes": 184},
}
_NO_RESULT = {
    "processed_at": None,
    "error_code": None,
    "error_details": None,
    "friendship_score_change": None,
    "new_friendship_level": None,
}
_DONE = {
    "status": "PROCESSED",
    "attempt_count": 1,
    "next_attempt_at": None,
    "processed_at": "2025-11-26T10:20:03Z",
    "friendship_score_change": 16.0,
    "new_friendship_level": "PHASE1_STRANGER",
}
_SCORE: dict[str, Any] = {
    "total_turns": 1,
    "user_initiated_questions": 0,
    "session_emotion": "interesting",
    "new_memories_count": 0,
    "base_score": 1.0,
    "engagement_bonus": 0.0,
    "emotion_bonus": 15.0,
    "memory_bonus": 0.0,
    "total_score_before_clamp": 16.0,
    "final_score_change": 16.0,
    "rules_version": "v1:1.0,3.0,5.0,15.0,-15.0",
    "degraded": [],
    "providers": {"questions": "rules", "emotion": "rules", "memories": "off"},
}
_SCORED: dict[str, Any] = {
    "event_id": 17,
    "conversation_id": "conv_0001",
    "user_id": "user_42",
    "status": "PROCESSED",
    "applied": True,
    "friendship_score_change": 16.0,
    "new_friendship_level": "PHASE1_STRANGER",
    "score_calculation_details": _SCORE,
}
_ATTEMPT = {
    "number": 1,
    "started_at": "2025-11-26T10:20:02Z",
    "ended_at": "2025-11-26T10:20:03Z",
    "outcome": "PROCESSED",
    "error_code": None,
}
_UTTERANCES = [
    {"turn_id": 1, "speaker": "pika", "text": "Hi! Seen any films?", "timestamp": "2025-11-26T10:00:00Z"},
    {"turn_id": 2, "speaker": "user", "text": "Yes, a funny one", "timestamp": "2025-11-26T10:10:00Z"},
]
_FRIENDSHIP: dict[str, Any] = {
    "user_id": "user_42",
    "friendship_score": 16.0,
    "friendship_level": "PHASE1_STRANGER",
    "last_interaction_date": "2025-11-26T10:20:00Z",
    "streak_day": 1,
    "topic_metrics": {
        "movie": {
            "score": 16.0,
            "turns": 1,
            "friendship_level": "PHASE1_STRANGER",
            "last_date": "2025-11-26T10:20:00Z",
            "agents_used": ["agent_movie"],
        }
    },
    "last_emotion": "interesting",
    "last_followup_topic": None,
    "birthday": None,
}
_ENTRY: dict[str, Any] = {
    "conversation_id": "conv_0001",
    "revision": 0,
    "change": 16.0,
    "topic_id": "movie",
    "turns": 1,
    "rules_version": _SCORE["rules_version"],
    "reason": "scored",
    "created_at": "2025-11-26T10:20:03Z",
}
_GREETING: dict[str, Any] = {
    "agent_id": "general_greeting",
    "agent_name": "General Greeting",
    "agent_type": "GREETING",
    "friendship_level": "PHASE1_STRANGER",
    "topic_id": "general_greeting",
    "agent_description": "Say hello.",
    "final_prompt": "Say hello.",
    "reason": "Phase default greeting",
    "metadata": None,
}
_TALK = _GREETING | {
    "agent_id": "agent_movie",
    "agent_name": "Agent Movie",
    "agent_type": "TALK",
    "topic_id": "movie",
    "agent_description": "Ask which film the child likes best.",
    "final_prompt": None,
    "reason": "Topic preference",
    "metadata": {"topic_score": 16.0, "total_turns": 1},
}
_COUNTS = {
    "events": 1,
    "attempts": 1,
    "ledger_entries": 1,
    "topics": 1,
    "logs": 1,
    "suggestions": 1,
    "friendship": 1,
}

ACCEPTED = _envelope("Conversation accepted", _EVENT | {"duplicate": False})
CONVERSATIONS = _envelope("Conversations found", _page(_EVENT | _NO_RESULT | _DONE))
CONVERSATION = _envelope(
    "Conversation found",
    _EVENT
    | _NO_RESULT
    | _DONE
    | {"score_calculation_details": _SCORE, "attempts": [_ATTEMPT], "conversation_log": _UTTERANCES},
)
RETRIED = _envelope("Conversation is due now", _EVENT | _NO_RESULT)
SKIPPED = _envelope("Conversation skipped", _EVENT | _NO_RESULT | {"status": "SKIPPED", "next_attempt_at": None})
PREVIEW = _envelope("Score calculated", _SCORED | {"status": "PENDING", "applied": False, "new_friendship_level": None})
APPLIED = _envelope("Score applied", _SCORED)
FRIENDSHIP = _envelope("Friendship found", _FRIENDSHIP)
UPDATED_FRIENDSHIP = _envelope("Friendship updated", _FRIENDSHIP | bodies.PROFILE)
LEDGER = _envelope("Ledger found", _page(_ENTRY))
ERASURE = _envelope(
    "User erased",
    {"user_id": "user_42", "erased_at": "2025-11-27T08:00:00Z", "counts": _COUNTS, "logs_pending": 0},
)
SUGGESTION = _envelope(
    "Activities suggested successfully",
    {
        "user_id": "user_42",
        "friendship_level": "PHASE1_STRANGER",
        "greeting_agent": _GREETING,
        "talk_agents": [_TALK],
        "game_agents": [],
        "review_agent": None,
        "wrap_up_agent": None,
        "backup_agents": [],
        "seed": bodies.SUGGEST["seed"],
    },
)
CATALOGUE = _envelope("Catalogue found", {"version": 3, "catalogue": bodies.CATALOGUE, "warnings": []})
REPLACED_CATALOGUE = _envelope("Catalogue replaced", {"version": 4, "personas": 0, "agendas": 1, "warnings": []})
HEALTH: dict[str, Any] = {
    "status": "ok",
    "timestamp": "2025-11-26T10:20:04Z",
    "database": "connected",
    "cache": "not_configured",
    "queue": "connected",
    "version": "0.1.0",
    "environment": "production",
    "pool": {"size": 50, "checked_out": 2, "overflow": 0, "usage": 0.04},
    "events": {"due": 0, "oldest_due_seconds": 0.0, "permanently_failed": 0},
    "breakers": {"groq": "closed", "memory_api": "closed"},
}
ALIVE = {"status": "alive"}
READY = {"status": "ready"}
ROOT = {"service": "context-handling", "version": "0.1.0", "health": "/v1/health", "docs": "/docs"}
