"""`alerts test` needs no database: whoever tries the webhook may have none yet."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from entrypoints.cli.exit_codes import ExitCode
from tests.integration.cli.conftest import Commands
from tests.integration.google_chat.webhook import KEY, OK, Webhook, listening


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    monkeypatch.chdir(tmp_path)
    return Commands()


@contextmanager
def _listening(webhook: Webhook) -> Iterator[None]:
    """On a loop of its own: the command has one too."""
    ready = threading.Event()
    stop: list[Callable[[], object]] = []

    async def serve() -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopped.set))
        async with listening(webhook):
            ready.set()
            await stopped.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        stop[0]()
        thread.join(10)


def test_an_alert_is_sent(alone: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = Webhook(behaviours=(OK,))
    with _listening(webhook):
        monkeypatch.setenv("GOOGLE_CHAT_WEBHOOK_URL", webhook.url)
        done = alone.run("alerts", "test")

    assert (done.code, done.out) == (ExitCode.DONE, "Delivered.\n")
    assert webhook.titles == ["INFO: TEST_ALERT"]


def test_a_webhook_that_refuses_is_told_without_its_key(alone: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = Webhook(behaviours=(403,))
    with _listening(webhook):
        monkeypatch.setenv("GOOGLE_CHAT_WEBHOOK_URL", webhook.url)
        done = alone.run("alerts", "test")

    assert (done.code, done.err) == (ExitCode.UNAVAILABLE, "Not delivered: the webhook answered 403.\n")
    assert KEY not in done.out + done.err


def test_without_a_webhook_it_is_a_line_in_the_log(alone: Commands) -> None:
    done = alone.run("alerts", "test")

    assert done.code == ExitCode.DONE
    assert "GOOGLE_CHAT_WEBHOOK_URL is not set" in done.out
