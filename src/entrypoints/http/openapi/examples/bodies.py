"""The bodies of the contract, as somebody would send them."""

from typing import Any

ENDED: dict[str, Any] = {
    "conversation_id": "conv_0001",
    "user_id": "user_42",
    "bot_type": "TALK",
    "bot_id": "bot_17",
    "bot_name": "Movie chat",
    "agent_tag": "agent_movie",
    "start_time": "2025-11-26T10:00:00Z",
    "end_time": "2025-11-26T10:20:00Z",
    "conversation_logs": [
        {"character": "BOT_RESPONSE_CONVERSATION", "content": "Hi! Seen any films?"},
        {"character": "USER_RESPONSE_CONVERSATION", "content": "Yes, a funny one"},
    ],
}
SCORE_NOW = {"conversation_id": "conv_0001", "user_id": "user_42"}
PROFILE = {"birthday": "2018-02-28", "last_followup_topic": "dinosaurs"}
SUGGEST = {"user_id": "user_42", "seed": 7}
CATALOGUE: dict[str, Any] = {
    "personas": [],
    "agendas": [
        {
            "topic_id": "movie",
            "agent_id": "agent_movie",
            "agent_type": "TALK",
            "friendship_level": "PHASE1_STRANGER",
            "talking_agenda": "Ask which film the child likes best.",
        }
    ],
}
