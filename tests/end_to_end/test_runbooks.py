"""What the runbooks advise is done, on a stack that has the fault of the page."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from infrastructure.private_postgres.processes import wait_until
from tests.end_to_end.children import Books
from tests.end_to_end.faulted_stack import FaultedStack, faulted_stack
from tests.end_to_end.program import Finished
from tests.end_to_end.runbook_page import RUNBOOKS, RunbookPage, commands_of
from tests.servers.directories import open_directory

pytestmark = pytest.mark.servers
Open = Callable[[str], RunbookPage]
CANNOT_BE_RUN_HERE = {"PROCESS_RESTARTS": "reads the journal of the kernel, which a container has not"}
FOLLOWED: set[str] = set()
HANGS = {"fault": "hang"}
RATE_LIMITED = {"fault": "status", "status": 429, "headers": {"x-ratelimit-remaining-requests": "0"}}


@pytest.fixture(scope="module")
def stack() -> Iterator[FaultedStack]:
    with open_directory() as directory, faulted_stack(directory) as started:
        yield started


@pytest.fixture
def opened(stack: FaultedStack) -> Iterator[Open]:
    """Opens a page; whoever opened it has followed it to its end when the test ends."""
    pages: list[RunbookPage] = []

    def open_page(name: str) -> RunbookPage:
        told = {"127.0.0.1:30020": f"127.0.0.1:{stack.service.port}"}
        pages.append(RunbookPage(name=name, environment=stack.environment(), told=told))
        return pages[-1]

    yield open_page
    assert {page.name: page.left for page in pages if page.left} == {}
    FOLLOWED.update(page.name for page in pages)


def test_events_of_a_memory_service_that_hung_are_found_and_brought_forward(stack: FaultedStack, opened: Open) -> None:
    stack.behave("MEMORY_API_URL", **HANGS)
    conversations = [stack.post() for _ in range(2)]
    for conversation in conversations:
        stack.wait_for(conversation, "FAILED")

    timeout, attempts, slow = opened("EXTERNAL_API_TIMEOUT"), opened("ATTEMPTS_FAIL"), opened("SLO_FRESHNESS")
    _, waiting = _all_well(timeout.first_check())
    failed, unexpected = _all_well(attempts.first_check())
    _, late = _all_well(slow.first_check())
    assert all(name in told.out for name in conversations for told in (waiting, failed, late))
    assert "0 events." in unexpected.out

    stack.behave("MEMORY_API_URL")
    (retried,) = _all_well(timeout.fix())
    assert retried.out.startswith("Retried 2 events")
    for conversation in conversations:
        stack.wait_for(conversation, "PROCESSED")
    (nothing_left,) = _all_well(attempts.fix())
    assert nothing_left.out.startswith("Retried 0 events")


def test_an_event_that_used_up_its_attempts_is_explained_and_decided_about(stack: FaultedStack, opened: Open) -> None:
    assert stack.consumer.stop() == 0
    stack.behave("MEMORY_API_URL", **HANGS)
    stack.start_consumer(MAX_RETRY_ATTEMPTS="0")
    page = opened("PERMANENTLY_FAILED")
    saved = page.told["CONVERSATION_ID"] = stack.post()
    stack.wait_for(saved, "PERMANENTLY_FAILED")
    listed, shown = _all_well(page.first_check())
    assert saved in listed.out
    assert "MEMORY_API_TIMEOUT" in shown.out

    decisions = page.fix_step_by_step()
    stack.behave("MEMORY_API_URL")
    _all_well([next(decisions)])
    stack.wait_for(saved, "PROCESSED")

    stack.behave("MEMORY_API_URL", **HANGS)
    given_up = page.told["CONVERSATION_ID"] = stack.post()
    stack.wait_for(given_up, "PERMANENTLY_FAILED")
    stack.behave("MEMORY_API_URL")
    _all_well([next(decisions)])
    stack.wait_for(given_up, "SKIPPED")
    assert list(decisions) == []


def test_a_degraded_conversation_is_shown(stack: FaultedStack, opened: Open) -> None:
    stack.behave("GROQ_BASE_URL", fault="wrong_types")
    conversation = stack.post()
    stack.wait_for(conversation, "PROCESSED")

    page = opened("ANALYSIS_DEGRADED")
    page.told["CONVERSATION_ID"] = conversation
    (shown,) = _all_well(page.first_check())

    stack.behave("GROQ_BASE_URL")
    assert re.search(r'"degraded": \[\s+"emotion",\s+"questions"', shown.out), shown.out


def test_a_model_that_hangs_is_told_from_one_that_answers(stack: FaultedStack, opened: Open) -> None:
    page = opened("LLM_TIMEOUT")
    stack.behave("GROQ_BASE_URL", **HANGS)
    (hung,) = page.first_check()
    stack.behave("GROQ_BASE_URL")
    (well,) = page.first_check()

    assert (hung.code, hung.out[:4]) == (28, "000 ")
    assert (well.code, well.out[:4]) == (0, "200 ")


def test_what_is_left_of_a_limit_is_read_from_a_refusal(stack: FaultedStack, opened: Open) -> None:
    stack.behave("GROQ_BASE_URL", **RATE_LIMITED)
    (told,) = _all_well(opened("LLM_RATE_LIMIT").first_check())
    stack.behave("GROQ_BASE_URL")

    assert "x-ratelimit-remaining-requests: 0" in told.out.lower()


def test_a_webhook_that_refuses_is_named(stack: FaultedStack, opened: Open) -> None:
    """The memory stand-in is no webhook, and says so."""
    for page in (opened("ALERTS_UNDELIVERED"), opened("TEST_ALERT")):
        page.environment = {**page.environment, "GOOGLE_CHAT_WEBHOOK_URL": stack.settings["MEMORY_API_URL"]}
        (refused,) = page.first_check()

        assert "the webhook answered 404" in refused.err
        assert refused.out == "3\n"


def test_poison_is_looked_at_and_deleted(stack: FaultedStack, opened: Open) -> None:
    stack.publish(b"not JSON")
    page = opened("POISON_MESSAGE")

    queues, messages = _all_well(page.first_check())
    (purged,) = _all_well(page.fix())

    assert "conversation_events_dead" in queues.out
    assert "not JSON" in messages.out
    assert _all_well(page.first_check())[1].out.strip() == "No items"
    assert "Purging" in purged.out


def test_a_pile_without_consumers_is_seen_and_worked_off(stack: FaultedStack, opened: Open) -> None:
    assert stack.consumer.stop() == 0
    conversation = stack.post()

    health, queues = _all_well(opened("QUEUE_BACKLOG").first_check())
    stack.start_consumer()
    stack.wait_for(conversation, "PROCESSED")

    assert '"due":1' in health.out
    assert "conversation_events_processing" in queues.out


def test_who_holds_a_lock_is_named(stack: FaultedStack, opened: Open) -> None:
    books = Books(stack.settings["DATABASE_URL"])
    with books.closed():
        conversation = stack.post()
        books.wait_until_under_way(1)
        time.sleep(1)
        (blocked,) = _all_well(opened("POSTGRES_QUERY_TIMEOUT").first_check())
        health, connections = _all_well(opened("POSTGRES_POOL_EXHAUSTED").first_check())

    stack.wait_for(conversation, "PROCESSED")
    assert "friendships" in blocked.out
    assert re.search(r"\{\d+\}", blocked.out), blocked.out
    assert '"pool":' in health.out
    assert "Lock" in connections.out


def test_a_slow_statement_is_found(stack: FaultedStack, opened: Open) -> None:
    page = opened("SLOW_DATABASE_QUERY")
    with psycopg.connect(stack.settings["DATABASE_URL"]) as connection, ThreadPoolExecutor() as pool:
        slow = pool.submit(connection.execute, "SELECT pg_sleep(60)")
        found = wait_until(lambda: "pg_sleep" in _all_well(page.first_check())[0].out, seconds=10)
        connection.cancel()
        with pytest.raises(psycopg.errors.QueryCanceled):
            slow.result()

    assert found


def test_catalogues_are_listed(opened: Open) -> None:
    _all_well(opened("CATALOGUE_UNEVEN").first_check())


def test_the_machine_tells_how_busy_it_is(opened: Open) -> None:
    load, processes = _all_well(opened("EVENT_LOOP_BLOCKED").first_check())

    assert "load average" in load.out
    assert "PID" in processes.out


def test_errors_nobody_foresaw_are_listed(opened: Open) -> None:
    (listed,) = _all_well(opened("SYSTEM_ERROR").first_check())

    assert "0 events." in listed.out


def test_a_frozen_database_is_seen_and_found_again(stack: FaultedStack, opened: Open) -> None:
    stack.postgres.pause()
    try:
        health, asked = opened("POSTGRES_UNAVAILABLE").first_check()
    finally:
        stack.postgres.resume()

    assert '"status":"down"' in health.out
    assert asked.code == 2
    stack.wait_for_health("ok")


@pytest.mark.parametrize("name", ["OFFERS_DROPPED", "SLO_AVAILABILITY", "SLOW_REQUEST"])
def test_a_stopped_database_is_seen(name: str, stack: FaultedStack, opened: Open) -> None:
    stack.postgres.stop()
    try:
        (health,) = _all_well(opened(name).first_check())
    finally:
        stack.postgres.start()

    assert '"database":"disconnected"' in health.out
    stack.wait_for_health("ok")


def test_a_service_that_is_down_does_not_answer(stack: FaultedStack, opened: Open) -> None:
    page = opened("PROCESS_DOWN")
    assert stack.service.stop() == 0
    (silent,) = page.first_check()
    stack.service = stack.program.serve(port=stack.service.port)
    (well,) = _all_well(page.first_check())

    assert (silent.code, silent.out) == (7, "000\n")
    assert well.out == "200\n"


def test_a_stopped_broker_is_seen_and_found_again(stack: FaultedStack, opened: Open) -> None:
    page = opened("QUEUE_UNAVAILABLE")
    stack.rabbitmq.stop()
    conversation = stack.post()
    stack.wait_for_health("degraded")

    health, *of_the_broker = page.first_check()
    (breakers,) = _all_well(opened("CIRCUIT_OPEN").first_check())
    stack.rabbitmq.start()

    assert '"status":"degraded"' in health.out
    assert all(answer.code for answer in of_the_broker)
    assert '"breakers":' in breakers.out
    stack.wait_for(conversation, "PROCESSED")
    _all_well(page.first_check())


def test_every_page_was_followed_or_has_its_reason() -> None:
    """Stands last: it looks back at the tests above."""
    with_commands = {page.stem for page in RUNBOOKS.glob("*.md") if commands_of(page)}

    assert with_commands - FOLLOWED == CANNOT_BE_RUN_HERE.keys()


def _all_well(answers: list[Finished]) -> list[Finished]:
    assert [answer for answer in answers if answer.code] == []
    return answers
