import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from application.use_cases.evaluate_analyst import EvaluateAnalyst, LabelledConversation
from domain.conversation import Conversation, Speaker, Utterance
from domain.emotion import SessionEmotion
from domain.evaluation import Judged, quality
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.shipped import shipped_examples
from entrypoints.cli.console import console
from entrypoints.cli.evaluation_tables import confusion_table, figures_table, plain
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
    """Measure how well an analyst understands conversations that people have labelled.

    What it does not answer counts as wrong. Exit codes: 1 if answers are missing, 3 if no conversation was answered
    in full; the figures are printed all the same.
    """
    labelled = _read(file or shipped_examples() / "labelled.jsonl", PARTS[only])
    judged = _judged(provider, labelled)
    found = {"all": quality(judged)} | {
        language: quality([one for one in judged if one.language == language])
        for language in sorted({one.language for one in judged})
    }
    console().print(figures_table(found), confusion_table(found["all"]))
    if target:
        report = {"provider": provider, "only": only} | {name: plain(one) for name, one in found.items()}
        target.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    if found["all"].unanswered:
        _tell_failures(judged, found["all"].unanswered)
        raise SystemExit(ExitCode.UNAVAILABLE if found["all"].unanswered == len(judged) else ExitCode.NO)


def _judged(provider: str, labelled: Sequence[LabelledConversation]) -> Sequence[Judged]:
    settings = started_with(LLM_PROVIDER=provider, LLM_ANALYSIS_ENABLED="true")
    container = Container(settings=settings, database_url=NO_DATABASE)
    judged: list[Judged] = []

    async def act() -> None:
        try:
            judged.extend(await EvaluateAnalyst(analyst=container.analyst())(labelled))
        finally:
            if (connection := container.groq()) is not None:
                await connection.close()

    run(act())
    return judged


def _tell_failures(judged: Sequence[Judged], unanswered: int) -> None:
    click.echo(f"{unanswered} of {len(judged)} conversations lack an answer, which counts as wrong:", err=True)
    reasons = Counter(reason for one in judged for reason in one.failures)
    for reason, times in reasons.most_common():
        click.echo(f"  {times} × {reason}", err=True)


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
