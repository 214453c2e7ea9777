"""Every call of the service, as data for a client to send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from context_handling_client import answers

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[Answer]):
    """``Answer`` is the type of the `data` that comes back."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, str | int] = field(default_factory=dict)
    repeatable: bool = True
    """Whether it may be sent again when nobody knows if it arrived."""


def end_conversation(
    *,
    conversation_id: str,
    user_id: str,
    bot_type: str,
    bot_id: str,
    bot_name: str,
    start_time: str,
    end_time: str,
    log: Sequence[Mapping[str, Any]],
    agent_tag: str | None = None,
) -> Call[answers.Accepted]:
    """``log``: utterances in either form of the contract. The same content again is the same event."""
    body: dict[str, Any] = {
        "conversation_id": conversation_id,
        "user_id": user_id,
        "bot_type": bot_type,
        "bot_id": bot_id,
        "bot_name": bot_name,
        "start_time": start_time,
        "end_time": end_time,
        "conversation_logs": list(log),
    }
    if agent_tag is not None:
        body["agent_tag"] = agent_tag
    return Call(method="POST", path="/v1/conversations/end", body=body)


def conversation(conversation_id: str, *, with_log: bool = False) -> Call[answers.ShownEvent]:
    query: dict[str, str | int] = {"include": "log"} if with_log else {}
    return Call(method="GET", path=f"/v1/conversations/{_segment(conversation_id)}", query=query)


def conversations(
    *, user_id: str | None = None, status: str | None = None, page: int = 1, page_size: int = 20
) -> Call[answers.Page[answers.ListedEvent]]:
    """Newest first."""
    query: dict[str, str | int] = {"page": page, "page_size": page_size}
    query |= {name: value for name, value in (("user_id", user_id), ("status", status)) if value is not None}
    return Call(method="GET", path="/v1/conversations", query=query)


def retry_conversation(conversation_id: str) -> Call[answers.ListedEvent]:
    """Not repeatable: the second time it is no longer failed, which would look like a conflict."""
    return Call(method="POST", path=f"/v1/conversations/{_segment(conversation_id)}/retry", repeatable=False)


def skip_conversation(conversation_id: str) -> Call[answers.ListedEvent]:
    return Call(method="POST", path=f"/v1/conversations/{_segment(conversation_id)}/skip")


def preview_score(conversation_id: str) -> Call[dict[str, Any]]:
    """The score it has, or would get; changes nothing."""
    return Call(method="POST", path=f"/v1/friendship_status/calculate-score/{_segment(conversation_id)}")


def apply_score(*, user_id: str, conversation_id: str) -> Call[dict[str, Any]]:
    """Now, if it was not yet; at most once ever."""
    body = {"user_id": user_id, "conversation_id": conversation_id}
    return Call(method="POST", path="/v1/friendship_status/calculate-score-and-update", body=body)


def friendship(user_id: str) -> Call[answers.Friendship]:
    return Call(method="GET", path=f"/v1/friendship_status/{_segment(user_id)}")


def ledger(user_id: str, *, page: int = 1, page_size: int = 20) -> Call[answers.Page[answers.LedgerEntry]]:
    """Newest first."""
    query: dict[str, str | int] = {"page": page, "page_size": page_size}
    return Call(method="GET", path=f"/v1/friendship_status/{_segment(user_id)}/ledger", query=query)


def update_profile(user_id: str, **changes: str | None) -> Call[answers.Friendship]:
    """``birthday`` (YYYY-MM-DD), ``last_followup_topic``; None clears, what is not named stays."""
    return Call(method="PATCH", path=f"/v1/friendship_status/{_segment(user_id)}", body=changes)


def erase_user(user_id: str) -> Call[answers.Receipt]:
    """Everything about the child; there is no way back."""
    return Call(method="DELETE", path=f"/v1/users/{_segment(user_id)}")


def suggest(user_id: str, *, seed: int | None = None) -> Call[answers.Suggestion]:
    """The same seed draws the same."""
    body = {"user_id": user_id} | ({} if seed is None else {"seed": seed})
    return Call(method="POST", path="/v1/activities/suggest", body=body)


def _segment(name: str) -> str:
    return quote(name, safe="")
