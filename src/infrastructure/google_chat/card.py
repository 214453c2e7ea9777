"""A notice as a card of Google Chat (cardsV2). Texts are escaped: Chat reads a little HTML in them."""

from collections.abc import Iterator
from html import escape
from typing import Any

from application.ports.alert_channel import AlertGroup, AlertNotice

# Chat takes 32 kB a message; a digest of every kind of alert stays far below it.
MAX_TEXT = 300
MAX_ID = 128
Widget = dict[str, Any]


def message(notice: AlertNotice, *, origin: str) -> dict[str, Any]:
    """``origin`` tells which process speaks. ``text`` is what a telephone shows of it."""
    title = _title(notice)
    card = {
        "header": {"title": title, "subtitle": origin},
        "sections": [*(_section(group) for group in notice.groups), *_lost(notice.lost)],
    }
    return {"text": f"{title} ({origin})", "cardsV2": [{"cardId": "alert", "card": card}]}


def _title(notice: AlertNotice) -> str:
    if notice.is_digest:
        return f"{notice.level}: {sum(group.count for group in notice.groups)} alerts of the last hour"
    group = notice.groups[0]
    times = f" ({group.count} times)" if group.count > 1 else ""
    return f"{notice.level}: {group.alert.type}{times}"


def _section(group: AlertGroup) -> Widget:
    return {"widgets": list(_widgets(group))}


def _widgets(group: AlertGroup) -> Iterator[Widget]:
    alert = group.alert
    yield _labelled("What", f"{alert.type}, {group.count} times: {alert.what}" if group.count > 1 else alert.what)
    yield _labelled("Where", alert.component)
    if group.conversation_ids:
        yield _labelled("Conversations", _conversations(group))
    if group.suppressed:
        yield _labelled("Suppressed", f"{group.suppressed} more like this since the last one was told")
    yield _labelled("What to do", f"{alert.remedy} See {alert.runbook}")


def _conversations(group: AlertGroup) -> str:
    return ", ".join(conversation_id[:MAX_ID] for conversation_id in group.conversation_ids)


def _lost(lost: int) -> Iterator[Widget]:
    if lost:
        yield {"widgets": [_labelled("Not told", f"{lost} earlier alerts could not be told; the log may have them")]}


def _labelled(label: str, text: str) -> Widget:
    limit = None if label == "Conversations" else MAX_TEXT
    return {"decoratedText": {"topLabel": label, "text": escape(text[:limit]), "wrapText": True}}
