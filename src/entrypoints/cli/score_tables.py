"""Corrected scores, for people."""

from datetime import datetime

from rich.table import Table

from application.use_cases.heal_degraded_scores import HealedScore


def healed_table() -> Table:
    return Table("conversation", "user", "was missing", "is missing", "counted", "difference", "outcome", "next try")


def healed_row(healed: HealedScore) -> tuple[str, ...]:
    event = healed.event
    return (
        event.conversation_id,
        event.reported.user_id,
        " ".join(sorted(event.signals.degraded)),
        " ".join(sorted(healed.missing)),
        f"{event.score.final_score_change:g}" if event.score else "",
        f"{healed.difference:+g}",
        healed.outcome.replace("_", " "),
        _moment(healed.again_at),
    )


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
