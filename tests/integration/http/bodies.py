"""What callers send."""

from typing import Any

BOT_SAYS = {"character": "BOT_RESPONSE_CONVERSATION", "content": "Hi! Seen any films?"}
USER_SAYS = {"character": "USER_RESPONSE_CONVERSATION", "content": "Yes, a funny one"}
PIKA_SAYS = {"speaker": "pika", "text": "Which one?"}
CHILD_SAYS = {"speaker": "user", "text": "The one with the dog"}


def an_ended_conversation(conversation_id: str = "conv_0001", **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """The example of the contract. ``changes`` replace fields."""
    return {
        "conversation_id": conversation_id,
        "user_id": "user_42",
        "bot_type": "TALK",
        "bot_id": "bot_17",
        "bot_name": "Movie chat",
        "agent_tag": "agent_movie",
        "start_time": "2025-11-26T10:00:00Z",
        "end_time": "2025-11-26T10:20:00Z",
        "conversation_logs": [BOT_SAYS, USER_SAYS],
    } | changes


def without(body: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in fields}
