"""What comes back, as the service's `data`. Moments are RFC 3339 in UTC."""

from typing import Any, Generic, NotRequired, TypedDict, TypeVar

Item = TypeVar("Item")


class LogNumbers(TypedDict):
    utterances: int
    pika: int
    user: int
    size_bytes: int


class Event(TypedDict):
    event_id: int
    conversation_id: str
    original_conversation_id: str
    user_id: str
    bot_type: str
    bot_id: str
    bot_name: str
    agent_tag: str | None
    start_time: str
    end_time: str
    duration_seconds: float
    status: str
    attempt_count: int
    next_attempt_at: str | None
    created_at: str
    log: LogNumbers


class Accepted(Event):
    duplicate: bool


class ListedEvent(Event):
    processed_at: str | None
    error_code: str | None
    error_details: str | None
    friendship_score_change: float | None
    new_friendship_level: str | None


class Attempt(TypedDict):
    number: int
    started_at: str
    ended_at: str | None
    outcome: str | None
    error_code: str | None


class ShownEvent(ListedEvent):
    score_calculation_details: dict[str, Any] | None
    attempts: list[Attempt]
    conversation_log: NotRequired[list[dict[str, Any]] | None]


class Topic(TypedDict):
    score: float
    turns: int
    friendship_level: str
    last_date: str | None
    agents_used: list[str]


class Friendship(TypedDict):
    user_id: str
    friendship_score: float
    friendship_level: str
    last_interaction_date: str | None
    streak_day: int
    topic_metrics: dict[str, Topic]
    last_emotion: str | None
    last_followup_topic: str | None
    birthday: str | None


class LedgerEntry(TypedDict):
    conversation_id: str
    revision: int
    change: float
    topic_id: str | None
    turns: int
    rules_version: str
    reason: str
    created_at: str


class Page(TypedDict, Generic[Item]):
    items: list[Item]
    total: int
    page: int
    page_size: int
    total_pages: int


class Agent(TypedDict):
    agent_id: str
    agent_name: str
    agent_type: str
    friendship_level: str
    topic_id: str
    agent_description: str
    final_prompt: str | None
    reason: str
    metadata: dict[str, float] | None


class Suggestion(TypedDict):
    user_id: str
    friendship_level: str
    greeting_agent: Agent
    talk_agents: list[Agent]
    game_agents: list[Agent]
    review_agent: Agent | None
    wrap_up_agent: Agent | None
    backup_agents: list[Agent]
    seed: int


class Receipt(TypedDict):
    user_id: str
    erased_at: str
    counts: dict[str, int]
    logs_pending: int
