"""What a runbook is held to: a fault, how people are told of it, and what its commands say then and afterwards."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from domain.alert import AlertType
from tests.end_to_end.program import Finished
from tests.end_to_end.runbooks.stack import FaultedStack

Told = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How people are told of a fault."""

    watch: Callable[[FaultedStack], Told]
    """Begins to look before there is a fault; what it returns says whether people were told since."""
    afterwards: bool
    """Looked for when it is over: alerts are gathered for some seconds, and how long a thing took shows at its end."""


Broken = Callable[[FaultedStack], AbstractContextManager[Mapping[str, str]]]
"""There is a fault within; it is mended at the end. Gives what a reader puts in by hand, by what the page has there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """What one command says, on either way out."""

    pattern: str
    code: int | None = 0
    """None: any."""

    def fits(self, answer: Finished, put_in: Mapping[str, str]) -> bool:
        pattern = self.pattern
        for written, meant in put_in.items():
            pattern = pattern.replace(written, meant)
        return self.code in (None, answer.code) and re.search(pattern, answer.out + answer.err) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One page, with what each command of it says."""

    name: str
    told: Sign
    seen: tuple[Says, ...]
    """By the first check, while there is the fault."""
    fixed: tuple[Says, ...] = ()
    gone: tuple[Says, ...] = ()
    """By the first check, after the fix. Empty: the page promises nothing that it could show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    broken: Broken
    pages: tuple[Followed, ...]


def says(pattern: str, *, code: int | None = 0) -> Says:
    return Says(pattern=pattern, code=code)


def says_nothing_of(pattern: str) -> Says:
    return Says(pattern=rf"(?s)\A(?!.*{pattern})")


def card(kind: AlertType) -> Sign:
    """The service tells people itself: a card of this kind is at the webhook."""
    title = re.compile(rf"\w+: {kind}( \(\d+ times\))?")

    def watch(stack: FaultedStack) -> Told:
        before = len(stack.webhook.titles)
        return lambda: any(title.fullmatch(told) for told in stack.webhook.titles[before:])

    return Sign(watch=watch, afterwards=True)


def prometheus_alert(name: str) -> Sign:
    """Its condition holds. For how long it must hold is shown by the tests of the alerts, on made-up series."""
    return Sign(
        watch=lambda stack: lambda: bool(stack.prometheus.query(f'ALERTS{{alertname="{name}"}}')), afterwards=False
    )


def logged(text: str) -> Sign:
    """What is told within the hour stands in the log at once."""

    def watch(stack: FaultedStack) -> Told:
        before = stack.times_logged(text)
        return lambda: stack.times_logged(text) > before

    return Sign(watch=watch, afterwards=True)
