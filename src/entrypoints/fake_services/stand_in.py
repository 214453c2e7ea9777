import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from entrypoints.fake_services.behaviour import Behaviour, Fault
from entrypoints.fake_services.calls import Calls
from entrypoints.fake_services.control import CONTROL, control
from entrypoints.fake_services.fortune import Fortune, fortune
from entrypoints.fake_services.http_message import Answer, Request
from entrypoints.fake_services.misdelivery import cut, hang_up_awaited, pour, reset, trickle
from entrypoints.fake_services.role import Asked, BadCall, Role


@dataclass(slots=True, kw_only=True)
class StandIn:
    """One service that is not there, answering as ``behaviour`` says. It counts who asks for what."""

    role: Role
    behaviour: Behaviour = field(default_factory=Behaviour)
    calls: Calls = field(default_factory=Calls)

    async def respond(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """False: the connection is over. Raises ConnectionError when the caller has gone."""
        if request.path.startswith(CONTROL):
            return await _send(writer, control(self, request))
        if (request.method, request.path) != ("POST", self.role.path):
            return await _send(writer, _refusal(HTTPStatus.NOT_FOUND, f"POST {self.role.path} is all there is"))
        self.calls.begin(request.path)
        try:
            return await self._answer(request, reader, writer)
        finally:
            self.calls.end()

    async def _answer(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        behaviour = self.behaviour
        key = behaviour.required_key
        if key and request.headers.get("authorization") != f"Bearer {key}":
            return await self._say(writer, _refusal(HTTPStatus.UNAUTHORIZED, "this key is not valid"))
        try:
            asked = self.role.asked(request)
            fate = fortune(behaviour, asked.identity, self.calls.times_before(asked))
            answer = await self._intended(behaviour, fate, asked, request)
        except BadCall as error:
            return await self._say(writer, _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)))
        # Whoever waited too long has gone; what it asked for has happened all the same.
        await asyncio.sleep(fate.seconds)
        if fate.fault in _DELIVERED:
            return await self._say(writer, answer)
        self.calls.outcomes[fate.fault] += 1
        await _misdeliver(fate.fault, behaviour, answer, reader, writer)
        return False

    async def _intended(self, behaviour: Behaviour, fate: Fortune, asked: Asked, request: Request) -> Answer:
        """An honest answer is made even if it will be spoilt on its way; a fault of the service itself leaves none."""
        if fate.fault is Fault.STATUS:
            answer = _failure(behaviour)
        elif fate.gives_up:
            answer = _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "it took too long")
        elif fate.fault in (Fault.WRONG_TYPES, Fault.OUT_OF_RANGE):
            answer = self.role.wrong(asked, fate.fault)
        elif fate.fault in (Fault.HANG, Fault.RESET):
            answer = _NEVER_SENT
        else:
            answer = await self.role.answer(request)
        if fate.fault is Fault.MALFORMED:
            answer = Answer(body=answer.body[: len(answer.body) // 2], status=answer.status)
        return Answer(body=answer.body, status=answer.status, headers={**behaviour.headers, **answer.headers})

    async def _say(self, writer: asyncio.StreamWriter, answer: Answer) -> bool:
        self.calls.outcomes[str(int(answer.status))] += 1
        return await _send(writer, answer)


_NEVER_SENT = Answer(body=b"")
_DELIVERED = (Fault.NONE, Fault.STATUS, Fault.MALFORMED, Fault.WRONG_TYPES, Fault.OUT_OF_RANGE)


async def _misdeliver(
    fault: Fault, behaviour: Behaviour, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    match fault:
        case Fault.HANG:
            await hang_up_awaited(reader)
        case Fault.RESET:
            reset(writer)
        case Fault.CUT:
            await cut(writer, answer)
        case Fault.TRICKLE:
            await trickle(writer, answer, every=behaviour.trickle_seconds)
        case _:
            await pour(writer, answer, length=behaviour.huge_bytes)


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    writer.write(answer.wire())
    await writer.drain()
    return True


def _refusal(status: int, message: str) -> Answer:
    return Answer(body=msgspec.json.encode({"error": {"message": message}}), status=status)


def _failure(behaviour: Behaviour) -> Answer:
    headers = {"Retry-After": behaviour.retry_after} if behaviour.retry_after else {}
    refusal = _refusal(behaviour.status, "told to fail")
    return Answer(body=refusal.body, status=refusal.status, headers=headers)
