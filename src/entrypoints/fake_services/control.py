"""How a stand-in is told to behave while it runs, and asked what it saw."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

import msgspec

from entrypoints.fake_services.behaviour import Behaviour
from entrypoints.fake_services.calls import Calls
from entrypoints.fake_services.http_message import Answer, Request

CONTROL = "/control/"


class Controlled(Protocol):
    behaviour: Behaviour
    calls: Calls


def control(stand_in: Controlled, request: Request) -> Answer:
    """GET and PUT /control/behaviour (what is left out is honest), GET and DELETE /control/calls."""
    act = _ACTS.get((request.method, request.path))
    if act is None:
        return Answer(body=b'{"error": "no such control"}', status=HTTPStatus.NOT_FOUND)
    return act(stand_in, request)


def _show_behaviour(stand_in: Controlled, _: Request) -> Answer:
    return Answer(body=msgspec.json.encode(stand_in.behaviour))


def _behave(stand_in: Controlled, request: Request) -> Answer:
    try:
        stand_in.behaviour = msgspec.json.decode(request.body, type=Behaviour)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Answer(body=msgspec.json.encode({"error": str(error)}), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _show_behaviour(stand_in, request)


def _show_calls(stand_in: Controlled, _: Request) -> Answer:
    return Answer(body=stand_in.calls.shown())


def _forget_calls(stand_in: Controlled, request: Request) -> Answer:
    stand_in.calls.forget()
    return _show_calls(stand_in, request)


_ACTS: dict[tuple[str, str], Callable[[Controlled, Request], Answer]] = {
    ("GET", "/control/behaviour"): _show_behaviour,
    ("PUT", "/control/behaviour"): _behave,
    ("GET", "/control/calls"): _show_calls,
    ("DELETE", "/control/calls"): _forget_calls,
}
