"""What a runbook advises is done, on a stack that has the fault of the page."""

from collections.abc import Iterable

from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.runbooks.page import RunbookPage
from tests.end_to_end.runbooks.situation import Followed, Situation, Told
from tests.end_to_end.runbooks.stack import FaultedStack

# Until people are told: two scrapes, an evaluation, and a busy machine.
_PATIENCE_SECONDS = 45.0


def follow(situation: Situation, stack: FaultedStack) -> None:
    """Fails unless people are told of the fault, the first check shows it, and after the fix shows its end."""
    told = [(followed, followed.told.watch(stack)) for followed in situation.pages]
    pages = [RunbookPage(name=followed.name, environment=stack.environment()) for followed in situation.pages]

    with situation.broken(stack) as put_in:
        for page, followed in zip(pages, situation.pages, strict=True):
            page.put_in = {**stack.addresses(), **put_in}
            page.first_check(followed.seen)
        _assert_told((followed, is_told) for followed, is_told in told if not followed.told.afterwards)
    for page, followed in zip(pages, situation.pages, strict=True):
        page.fix(followed.fixed)
        if followed.gone:
            page.first_check(followed.gone)
    _assert_told((followed, is_told) for followed, is_told in told if followed.told.afterwards)


def _assert_told(signs: Iterable[tuple[Followed, Told]]) -> None:
    for followed, is_told in signs:
        assert wait_until(is_told, seconds=_PATIENCE_SECONDS), f"nobody is told of {followed.name}"


def names(situation: Situation) -> str:
    return "-".join(page.name for page in situation.pages)
