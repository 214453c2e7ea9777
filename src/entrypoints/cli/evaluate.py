import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from application.use_cases.evaluate_analyst import EvaluateAnalyst, LabelledConversation
from domain.conversation import Conversation, Speaker, Utterance
from domain.emotion import SessionEmotion
from domain.evaluation import Judged, Quality, quality
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.shipped import shipped_examples
from entrypoints.cli.console import console
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import run, started_with

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
PARTS = {"all": (True, False), "held-back": (True,), "open": (False,)}
NO_DATABASE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""Evaluating opens none."""
File = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.option("--provider", type=click.Choice(["rules", "groq"]), default="rules", show_default=True)
@click.option("--file", type=File, help="Labelled conversations, one JSON object a line. [default: those shipped]")
@click.option("--only", type=click.Choice(sorted(PARTS)), default="all", show_default=True)
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures there too.")
def evaluate(provider: str, file: Path | None, only: str, target: Path | None) -> None:
    """Measure how well an analyst understands conversations that people have labelled."""
    if provider == "groq" and not (os.environ.get("GROQ_API_KEY") or os.environ.get("GROQ_API_KEY_FILE")):
        click.echo("Groq cannot be asked without GROQ_API_KEY.", err=True)
        raise SystemExit(ExitCode.USAGE)
    labelled = _read(file or shipped_examples() / "labelled.jsonl", PARTS[only])
    container = Container(settings=started_with(LLM_PROVIDER=provider), database_url=NO_DATABASE)
    judged: list[Judged] = []

    async def act() -> None:
        judged.extend(await EvaluateAnalyst(analyst=container.analyst())(labelled))

    run(act())
    found = {"all": quality(judged)} | {
        language: quality([one for one in judged if one.language == language])
        for language in sorted({one.language for one in judged})
    }
    console().print(_figures(found), _confusion(found["all"]))
    if target:
        report = {"provider": provider, "only": only} | {name: _plain(one) for name, one in found.items()}
        target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def _read(file: Path, held_back: tuple[bool, ...]) -> Sequence[LabelledConversation]:
    """Exits with 1 when a line is not what it should be, or nothing is left."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            example = json.loads(line)
            if example["held_back"] in held_back:
                found.append(_labelled(example))
        except (ValueError, KeyError, TypeError) as error:
            click.echo(f"{file}:{number}: no labelled conversation: {error!r}", err=True)
            raise SystemExit(ExitCode.NO) from None
    if not found:
        click.echo(f"{file}: no such conversations.", err=True)
        raise SystemExit(ExitCode.NO)
    return found


def _labelled(example: dict[str, Any]) -> LabelledConversation:
    said = enumerate(example["utterances"], start=1)
    return LabelledConversation(
        language=example["language"],
        conversation=Conversation(
            utterances=tuple(
                Utterance(turn_id=turn, speaker=Speaker(one["speaker"]), text=one["text"], timestamp=WHEN)
                for turn, one in said
            )
        ),
        questions=int(example["expected"]["user_initiated_questions"]),
        emotion=SessionEmotion(example["expected"]["session_emotion"]),
    )


def _figures(found: dict[str, Quality]) -> Table:
    table = Table("language", "conversations", "exact match", "mean error", "macro-F1", "unanswered")
    for name, one in found.items():
        figures = (f"{one.exact_match:.3f}", f"{one.mean_absolute_error:.3f}", f"{one.macro_f1:.3f}")
        table.add_row(name, str(one.conversations), *figures, str(one.unanswered))
    return table


def _confusion(found: Quality) -> Table:
    table = Table("labelled \\ heard", *SessionEmotion, title="Emotions", title_justify="left")
    for labelled in SessionEmotion:
        table.add_row(labelled, *(str(found.confusion.get((labelled, heard), 0)) for heard in SessionEmotion))
    return table


def _plain(one: Quality) -> dict[str, Any]:
    return {
        "conversations": one.conversations,
        "exact_match": one.exact_match,
        "mean_absolute_error": one.mean_absolute_error,
        "macro_f1": one.macro_f1,
        "unanswered": one.unanswered,
        "confusion": {
            labelled.value: {heard.value: one.confusion.get((labelled, heard), 0) for heard in SessionEmotion}
            for labelled in SessionEmotion
        },
    }
