"""How well an analyst understood, as tables and as plain data."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from domain.emotion import SessionEmotion
from domain.evaluation import Quality

HEARD: Mapping[SessionEmotion | None, str] = {
    **{emotion: emotion.value for emotion in SessionEmotion},
    None: "unanswered",
}


def figures_table(found: dict[str, Quality]) -> Table:
    table = Table("language", "conversations", "exact match", "mean error", "macro-F1", "unanswered")
    for name, one in found.items():
        figures = (f"{one.exact_match:.3f}", _error(one), f"{one.macro_f1:.3f}")
        table.add_row(name, str(one.conversations), *figures, str(one.unanswered))
    return table


def _error(one: Quality) -> str:
    return "–" if one.mean_absolute_error is None else f"{one.mean_absolute_error:.3f}"


def confusion_table(found: Quality) -> Table:
    table = Table("labelled \\ heard", *HEARD.values(), title="Emotions", title_justify="left")
    for labelled in SessionEmotion:
        table.add_row(labelled, *(str(found.confusion.get((labelled, heard), 0)) for heard in HEARD))
    return table


def plain(one: Quality) -> dict[str, Any]:
    return {
        "conversations": one.conversations,
        "exact_match": one.exact_match,
        "mean_absolute_error": one.mean_absolute_error,
        "macro_f1": one.macro_f1,
        "unanswered": one.unanswered,
        "confusion": {
            labelled.value: {name: one.confusion.get((labelled, heard), 0) for heard, name in HEARD.items()}
            for labelled in SessionEmotion
        },
    }
