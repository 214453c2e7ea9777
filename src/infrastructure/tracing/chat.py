from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infrastructure.tracing.tracer import Attributes, Kind, Span, Tracer

OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChat:
    span: Span

    def used(self, *, prompt: int, cached: int, completion: int) -> None:
        self.span.note(
            {
                "gen_ai.usage.input_tokens": prompt,
                "gen_ai.usage.cache_read.input_tokens": cached,
                "gen_ai.usage.output_tokens": completion,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTry:
    span: Span

    def answered(self, status: int) -> None:
        self.span.note({"http.response.status_code": status})
        if status != OK:
            self.span.failed(str(status))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSpans:
    """Tells of calls of a language model: which, for what, how many tokens. Prompts and answers stay untold."""

    tracer: Tracer
    provider: str

    @contextmanager
    def chat(self, *, model: str, task: str, max_tokens: int) -> Iterator[ToldChat]:
        """The call with all its tries, and the waits between them."""
        attributes: Attributes = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": self.provider,
            "gen_ai.request.model": model,
            "gen_ai.request.max_tokens": max_tokens,
            "gen_ai.output.type": "json",
            "analysis.task": task,
        }
        with self.tracer.span(f"chat {model}", kind=Kind.CLIENT, attributes=attributes) as span:
            yield ToldChat(span=span)

    @contextmanager
    def once(self) -> Iterator[ToldTry]:
        with self.tracer.inner("POST", kind=Kind.CLIENT, attributes={"http.request.method": "POST"}) as span:
            yield ToldTry(span=span)
