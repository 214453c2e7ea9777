"""From one real database into another, as an operator does it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from application.ports.legacy_source import LegacyTable
from tests.integration.cli.conftest import Commands
from tests.legacy_rows import Row, a_persona, a_status, a_topic, a_waiting_event, an_agenda, an_event
from tests.servers.databases import create_database, drop_database, for_libpq
from tests.servers.legacy_tables import fill_legacy

PATIENCE_SECONDS = 60
ALL = """
    SELECT json_build_object(
        'events', (SELECT json_agg(to_jsonb(e) - 'event_id' - 'next_attempt_at' - 'announce_at'
                                   ORDER BY conversation_id) FROM conversation_events AS e),
        'logs', (SELECT json_agg(encode(content, 'hex') ORDER BY conversation_id)
                 FROM conversation_logs JOIN conversation_events USING (event_id)),
        'friendships', (SELECT json_agg(f ORDER BY user_id) FROM friendships AS f),
        'topics', (SELECT json_agg(t ORDER BY user_id, topic_id) FROM topic_metrics AS t),
        'ledger', (SELECT json_agg(to_jsonb(l) - 'entry_id' - 'created_at' ORDER BY user_id, conversation_id)
                   FROM score_ledger AS l),
        'catalogue', (SELECT json_agg(content ORDER BY version) FROM catalogues),
        'tallies', (SELECT json_agg(tally ORDER BY part) FROM imports))
"""


@pytest.fixture
def legacy_url(postgres_server_url: str) -> Iterator[str]:
    url = create_database(postgres_server_url)
    yield url
    drop_database(postgres_server_url, url)


@pytest.fixture
def another_url(postgres_server_url: str, template_database_url: str) -> Iterator[str]:
    """A second migrated database."""
    url = create_database(postgres_server_url, template_url=template_database_url)
    yield url
    drop_database(postgres_server_url, url)


def _rows(users: int, conversations: int) -> dict[LegacyTable, list[Row]]:
    older = {"topic_score": 60.5, "total_turns": 7, "last_talked_date": "2025-11-26T10:20:00"}
    topics = {"movie": a_topic(), "pets ": older}
    statuses = [
        a_status(f"user_{number:05}", friendship_score=600.0 + number, topic_metrics=topics) for number in range(users)
    ]
    events = [
        (a_waiting_event if number % 5 == 0 else an_event)(f"conv_{number:05}", user_id=f"user_{number % users:05}")
        for number in range(conversations)
    ]
    return {
        LegacyTable.PERSONAS: [a_persona(), a_persona("FRIEND")],
        LegacyTable.AGENDAS: [
            an_agenda(1, topic_id="movie "),
            an_agenda(2, agent_type="GAME_ACTIVITY"),
            an_agenda(3, agent_id=""),
        ],
        LegacyTable.STATUSES: [*statuses, a_status("odd", friendship_score="NaN")],
        LegacyTable.EVENTS: [*events, an_event("conv_odd", end_time=None)],
    }


def _ask(url: str, question: str) -> str:
    with psycopg.connect(for_libpq(url), connect_timeout=10) as connection:
        found = connection.execute(question.encode()).fetchone()
    return json.dumps(found[0] if found else None)


def test_everything_arrives_with_a_report_and_a_ledger_that_is_right(commands: Commands, legacy_url: str) -> None:
    fill_legacy(legacy_url, _rows(30, 120))

    imported = commands.run("import-legacy", legacy_url)
    verified = commands.run("ledger", "verify")

    numbers = [[cell for cell in line.split() if cell.isdigit()] for line in imported.out.splitlines() if "│" in line]
    assert imported.code == 0, imported.err
    assert numbers == [["5", "4", "0", "1"], ["31", "30", "0", "1"], ["121", "120", "0", "1"]]
    assert [(line["operation"], line["outcome"]) for line in imported.audited] == [("import legacy", "done")]
    assert "older name of a topic's figure" in imported.out
    assert "friendship_score is no number" in imported.out
    assert "conv_odd: start_time or end_time is missing" in imported.out
    assert (verified.code, verified.out) == (0, "The ledger is right: 30 users, 90 entries.\n")


def test_a_second_run_finds_that_everything_is_there(commands: Commands, legacy_url: str, database_url: str) -> None:
    fill_legacy(legacy_url, _rows(3, 10))
    commands.run("import-legacy", legacy_url)
    columns = "SELECT json_agg(to_jsonb(l)) FROM score_ledger AS l"
    before = _ask(database_url, columns)

    again = commands.run("import-legacy", legacy_url)

    numbers = [[cell for cell in line.split() if cell.isdigit()] for line in again.out.splitlines() if "│" in line]
    assert numbers == [["5", "0", "4", "1"], ["4", "0", "3", "1"], ["11", "0", "10", "1"]]
    assert _ask(database_url, columns) == before


def test_a_dry_run_keeps_nothing_here_or_there(commands: Commands, legacy_url: str, database_url: str) -> None:
    fill_legacy(legacy_url, _rows(3, 10))
    nothing = _ask(database_url, ALL)

    rehearsed = commands.run("import-legacy", legacy_url, "--dry-run")
    assert rehearsed.audited == []

    assert rehearsed.code == 0
    assert "would be added" in rehearsed.out
    assert "Nothing was kept." in rehearsed.out
    assert _ask(database_url, ALL) == nothing


def test_times_without_a_zone_are_what_they_are_said_to_be(
    commands: Commands, legacy_url: str, database_url: str
) -> None:
    fill_legacy(legacy_url, {LegacyTable.EVENTS: [an_event()]})

    commands.run("import-legacy", legacy_url, "--times", "vietnam")

    assert _ask(database_url, "SELECT to_jsonb(end_time AT TIME ZONE 'UTC') FROM conversation_events") == (
        '"2025-11-26T03:20:00"'
    )


def test_a_killed_import_goes_on_where_it_stopped(
    commands: Commands, legacy_url: str, database_url: str, another_url: str, tmp_path: Path
) -> None:
    fill_legacy(legacy_url, _rows(600, 3000))
    _kill_in_the_middle(legacy_url, another_url, tmp_path)
    stopped_at = _ask(another_url, "SELECT position FROM imports WHERE part = 'events' AND NOT finished")

    whole = commands.run("import-legacy", legacy_url)
    resumed = _started(legacy_url, another_url, tmp_path).wait(PATIENCE_SECONDS)

    assert stopped_at.startswith('"conv_')
    assert (whole.code, resumed) == (0, 0)
    assert _ask(another_url, ALL) == _ask(database_url, ALL)


def _kill_in_the_middle(legacy_url: str, url: str, directory: Path) -> None:
    importing = _started(legacy_url, url, directory)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while int(_ask(url, "SELECT count(*) FROM conversation_events")) < 200:
        assert importing.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    importing.send_signal(signal.SIGKILL)
    importing.wait(PATIENCE_SECONDS)


def _started(legacy_url: str, url: str, directory: Path) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name("context-handling")
    environment = os.environ | {"DATABASE_URL": url, "DB_POOL_SIZE": "5"}
    return subprocess.Popen(
        [program, "import-legacy", legacy_url],
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_database_of_another_kind_is_refused(commands: Commands, database_url: str) -> None:
    refused = commands.run("import-legacy", database_url)

    assert (refused.code, refused.out) == (1, "")
    assert "This is no database of the first implementation: it has no agenda_agent_prompting" in refused.err


@pytest.mark.parametrize(
    ("url", "code"), [("mysql://127.0.0.1/legacy", 2), ("postgresql://nobody@127.0.0.1:1/nothing", 3)]
)
def test_a_database_that_cannot_be_had_is_told(commands: Commands, url: str, code: int) -> None:
    refused = commands.run("import-legacy", url)

    assert (refused.code, refused.out) == (code, "")
    assert "Traceback" not in refused.err
