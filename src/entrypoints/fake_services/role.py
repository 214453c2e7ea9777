from dataclasses import dataclass
from typing import Protocol

from entrypoints.fake_services.behaviour import Fault
from entrypoints.fake_services.http_message import Answer, Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a call wants, as it is counted, and what makes it the same call as another."""

    kind: str
    identity: str


class BadCall(Exception):
    """It does not keep the wire contract: 422, so that a mistake of the caller shows."""


class Role(Protocol):
    """Which service a stand-in stands in for."""

    @property
    def path(self) -> str:
        """Where it is called, with POST."""
        ...

    def asked(self, request: Request) -> Asked:
        """Raises BadCall."""
        ...

    async def answer(self, request: Request) -> Answer:
        """The honest one; the same for the same call, ever again. Raises BadCall."""
        ...

    def wrong(self, asked: Asked, fault: Fault) -> Answer:
        """An answer of WRONG_TYPES, or OUT_OF_RANGE."""
        ...
