"""What the answers cost, told to whoever counts it."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from infrastructure.groq.prompts import VERSION

log = structlog.get_logger("groq")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUsage:
    """Of one answer. ``cached`` is the part of ``prompt`` that does not count against our limits."""

    task: str
    model: str
    prompt: int
    cached: int
    completion: int


RecordUsage = Callable[[TokenUsage], None]


def log_usage(usage: TokenUsage) -> None:
    log.info(
        "groq used tokens",
        task=usage.task,
        model=usage.model,
        prompt=usage.prompt,
        cached=usage.cached,
        completion=usage.completion,
        prompt_version=VERSION,
    )
