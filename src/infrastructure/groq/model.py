from dataclasses import dataclass, field

import msgspec

from application.errors import AnalystOverRate, AnalystTimedOut, AnalystUnavailable
from infrastructure.groq.chat import PATH, ChatAnswer, asked
from infrastructure.groq.connection import GroqConnection, Reply
from infrastructure.groq.headers import retry_after, told_allowances
from infrastructure.groq.replies import TOO_MANY_REQUESTS, answered
from infrastructure.groq.tracing import UNTRACED, Chat, ChatTracing
from infrastructure.groq.usage import RecordUsage, TokenUsage, log_usage
from infrastructure.resilience.errors import AllowanceSpent, AttemptTimedOut, CallFailed, OutOfTime, RateLimited
from infrastructure.resilience.guard import Guard


@dataclass(frozen=True, slots=True, kw_only=True)
class GroqModel:
    """Asks one model one thing at a time, behind the guard that all calls of the process share."""

    connection: GroqConnection
    guard: Guard
    model: str
    max_tokens: int
    record: RecordUsage = log_usage
    tracing: ChatTracing = UNTRACED
    _encoder: msgspec.json.Encoder = field(default_factory=msgspec.json.Encoder, repr=False)

    async def answer(self, name: str, transcript: str, task: str) -> str:
        """What the model wrote; ``name`` is the task's, for whoever counts tokens. Raises AnalystUnavailable."""
        request = asked(transcript, task, model=self.model, max_tokens=self.max_tokens)
        content = self._encoder.encode(request)
        cost = {"requests": 1, "tokens": request.tokens_at_most}
        with self.tracing.chat(model=self.model, task=name, max_tokens=self.max_tokens) as chat:
            try:
                body = await self.guard(lambda: self._once(content), cost=cost)
            except CallFailed as failure:
                raise _meant(failure) from None
            return self._read(name, body, chat)

    async def _once(self, content: bytes) -> bytes:
        with self.tracing.once() as attempt:
            reply = await self.connection.post(PATH, content)
            attempt.answered(reply.status)
        self._learn(reply)
        return answered(reply)

    def _learn(self, reply: Reply) -> None:
        limiter = self.guard.limiter
        for told in told_allowances(reply.headers):
            limiter.learn(told.name, left=told.left, resets_in=told.resets_in, limit=told.limit)
        if reply.status == TOO_MANY_REQUESTS and (wait := retry_after(reply.headers)):
            limiter.pause(wait)

    def _read(self, name: str, body: bytes, chat: Chat) -> str:
        answer = _decoded(body)
        if usage := answer.usage:
            details = usage.prompt_tokens_details
            used = TokenUsage(
                task=name,
                model=self.model,
                prompt=usage.prompt_tokens,
                cached=details.cached_tokens if details else 0,
                completion=usage.completion_tokens,
            )
            self.record(used)
            chat.used(prompt=used.prompt, cached=used.cached, completion=used.completion)
        if not answer.choices:
            raise AnalystUnavailable("groq answered without an answer")
        return answer.choices[0].message.content


def _meant(failure: CallFailed) -> AnalystUnavailable:
    if isinstance(failure, AttemptTimedOut | OutOfTime):
        return AnalystTimedOut(str(failure))
    if isinstance(failure, RateLimited | AllowanceSpent):
        return AnalystOverRate(str(failure))
    return AnalystUnavailable(str(failure))


def _decoded(body: bytes) -> ChatAnswer:
    try:
        return msgspec.json.decode(body, type=ChatAnswer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise AnalystUnavailable("groq answered in a form nobody knows") from None
