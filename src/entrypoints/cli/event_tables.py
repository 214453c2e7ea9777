"""Events, for people."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table

from domain.event import Attempt, ConversationEvent


def events_table(events: Sequence[ConversationEvent]) -> Table:
    table = Table("conversation", "user", "status", "attempts", "error", "next attempt", "accepted")
    for event in events:
        table.add_row(
            event.conversation_id,
            event.reported.user_id,
            event.status,
            str(event.attempt_count),
            event.error_code or "",
            _moment(event.next_attempt_at),
            _moment(event.created_at),
        )
    return table


def event_table(event: ConversationEvent) -> Table:
    table = Table(show_header=False)
    for name, value in (
        ("conversation", event.conversation_id),
        ("reported as", event.reported.conversation_id),
        ("event", str(event.event_id)),
        ("user", event.reported.user_id),
        ("bot", f"{event.reported.bot_id} ({event.reported.bot_type})"),
        ("status", event.status),
        ("accepted", _moment(event.created_at)),
        ("ended", _moment(event.reported.end_time)),
        ("next attempt", _moment(event.next_attempt_at)),
        ("processed", _moment(event.processed_at)),
        ("error", " ".join(filter(None, (event.error_code, event.error_details)))),
        ("log", f"{event.log.utterances} utterances, {event.log.size_bytes} bytes at {event.log_location}"),
        ("change", f"{event.score.final_score_change:+g}" if event.score else ""),
    ):
        table.add_row(name, value)
    return table


def attempts_table(attempts: Sequence[Attempt]) -> Table:
    table = Table("attempt", "started", "ended", "worker", "outcome", "error", title="Attempts", title_justify="left")
    for attempt in attempts:
        table.add_row(
            str(attempt.number),
            _moment(attempt.started_at),
            _moment(attempt.ended_at),
            attempt.worker,
            attempt.outcome or "",
            attempt.error_code or "",
        )
    return table


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
