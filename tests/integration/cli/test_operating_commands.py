"""Looking after events, ledger and users from the command line."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.conftest import Commands
from tests.servers.databases import for_libpq

EVENTS = """
    INSERT INTO conversation_events
        (conversation_id, reported_id, user_id, bot_type, bot_kind, bot_id, bot_name, start_time, end_time, utterances,
         pika_utterances, user_utterances, log_size_bytes, log_location, fingerprint, created_at, status,
         attempt_count, fence, error_code, next_attempt_at, signals)
    SELECT 'conv_' || number, 'conv_' || number, 'user_' || number % 2, 'TALK', 'TALK', 'bot_17', 'Movie chat',
           now() - interval '2 h', now() - interval '1 h', 6, 3, 3, 600, 'postgres:', sha256(number::text::bytea),
           timestamptz '2026-01-01 08:00Z' + number * interval '1 day',
           CASE WHEN number < 4 THEN 'FAILED' ELSE 'PENDING' END, 1, 1,
           CASE WHEN number < 4 THEN 'MEMORY_API_TIMEOUT' END, now() + interval '6 h', '{}'
    FROM generate_series(1, 4) AS number;
    INSERT INTO attempts (event_id, number, worker, started_at, ended_at, outcome, error_code)
    SELECT event_id, 1, 'worker_1', now(), now(), 'FAILED', 'MEMORY_API_TIMEOUT' FROM conversation_events;
    INSERT INTO friendships (user_id, score, friendship_level, streak_day) VALUES ('user_0', 5, 'PHASE1_STRANGER', 1);
    INSERT INTO topic_metrics (user_id, topic_id, score, turns, friendship_level, agents_used)
    VALUES ('user_0', 'movie', 5, 3, 'PHASE1_STRANGER', '{bot_17}');
    INSERT INTO score_ledger
        (user_id, conversation_id, revision, change, topic_id, turns, rules_version, reason, created_at)
    VALUES ('user_0', 'conv_0', 0, 5, 'movie', 3, 'v1', 'scored', now())
"""


@pytest.fixture
def filled(commands: Commands, database_url: str) -> Commands:
    """Three events of two users that failed, one that waits, and a ledger of one entry."""
    with psycopg.connect(for_libpq(database_url)) as connection:
        connection.execute(EVENTS)
    return commands


def _statuses(database_url: str) -> dict[str, str]:
    with psycopg.connect(for_libpq(database_url)) as connection:
        return dict(connection.execute("SELECT conversation_id, status FROM conversation_events").fetchall())


def test_events_are_listed_newest_first(filled: Commands) -> None:
    listed = filled.run("events", "list")

    assert (listed.code, listed.err) == (0, "")
    assert [word for word in listed.out.split() if word.startswith("conv_")] == ["conv_4", "conv_3", "conv_2", "conv_1"]
    assert "Page 1 of 1, 4 events." in listed.out


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--status", "FAILED"), ["conv_3", "conv_2", "conv_1"]),
        (("--status", "FAILED", "--status", "PENDING", "--page-size", "1"), ["conv_4"]),
        (("--user", "user_1"), ["conv_3", "conv_1"]),
        (("--error-code", "MEMORY_API_TIMEOUT", "--user", "user_0"), ["conv_2"]),
        (("--since", "2026-01-03", "--until", "2026-01-04T09:00:00+00:00"), ["conv_3", "conv_2"]),
        (("--since", "2026-01-03T12:00:00+04:00", "--until", "2026-01-03T08:00:00.5Z"), ["conv_2"]),
    ],
)
def test_a_list_can_be_narrowed_and_read_by_programs(
    filled: Commands, options: tuple[str, ...], names: list[str]
) -> None:
    listed = filled.run("events", "list", "--json", *options)

    assert listed.code == 0
    assert [item["conversation_id"] for item in json.loads(listed.out)["items"]] == names


def test_an_event_is_shown_with_its_attempts(filled: Commands) -> None:
    shown = filled.run("events", "show", "conv_1")
    as_json = json.loads(filled.run("events", "show", "conv_1", "--json").out)

    assert shown.code == 0
    assert all(word in shown.out for word in ("conv_1", "user_1", "FAILED", "MEMORY_API_TIMEOUT", "worker_1"))
    assert as_json["attempts"][0]["error_code"] == "MEMORY_API_TIMEOUT"


@pytest.mark.parametrize("command", [("events", "show"), ("events", "retry"), ("events", "skip")], ids=" ".join)
def test_what_is_not_there_is_told_so(filled: Commands, command: tuple[str, str]) -> None:
    refused = filled.run(*command, "conv_9")

    assert (refused.code, refused.out, refused.complaint) == (1, "", "No conversation conv_9.\n")


def test_one_event_is_retried_once(filled: Commands, database_url: str) -> None:
    done, again = (filled.run("events", "retry", "conv_1") for _ in range(2))

    assert (done.code, done.out) == (0, "conv_1 is due now.\n")
    assert (again.code, again.out) == (1, "")
    assert "PENDING" in again.err
    assert _statuses(database_url)["conv_1"] == "PENDING"


def test_many_events_are_retried_at_a_rate_after_a_look_at_how_many(filled: Commands, database_url: str) -> None:
    selection = ("events", "retry", "--status", "FAILED", "--rate", "60/h", "--limit", "2")

    dry = filled.run(*selection, "--dry-run")
    untouched = _statuses(database_url)
    done = filled.run(*selection)

    assert (dry.code, done.code) == (0, 0)
    assert dry.out.startswith("Would retry 2 events; the last is due ")
    assert list(untouched.values()).count("FAILED") == 3
    assert done.out.startswith("Retried 2 events; ")
    with psycopg.connect(for_libpq(database_url)) as connection:
        gap = connection.execute(
            "SELECT max(next_attempt_at) - min(next_attempt_at) FROM conversation_events"
            " WHERE conversation_id IN ('conv_1', 'conv_2')"
        ).fetchone()
    assert gap
    assert gap[0].total_seconds() == 60


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("conv_1", "--status", "FAILED"),
        ("conv_1", "--dry-run"),
        ("--limit", "3"),
        ("--status", "PROCESSED"),
        ("--status", "FAILED", "--rate", "often"),
        ("--status", "FAILED", "--rate", "0"),
        ("--since", "yesterday"),
    ],
    ids=" ".join,
)
def test_it_must_be_clear_what_to_retry(commands: Commands, arguments: tuple[str, ...]) -> None:
    refused = commands.run("events", "retry", *arguments)

    assert (refused.code, refused.out) == (2, "")


def test_an_event_is_skipped(filled: Commands, database_url: str) -> None:
    assert filled.run("events", "skip", "conv_4").code == 0
    assert _statuses(database_url)["conv_4"] == "SKIPPED"


def test_a_ledger_that_is_right_is_told_so(filled: Commands) -> None:
    verified = filled.run("ledger", "verify")

    assert (verified.code, verified.out) == (0, "The ledger is right: 1 users, 1 entries.\n")


def test_a_ledger_that_is_wrong_is_an_error_and_the_differences_are_shown(filled: Commands, database_url: str) -> None:
    with psycopg.connect(for_libpq(database_url)) as connection:
        connection.execute("UPDATE friendships SET score = 7")
        connection.execute("UPDATE topic_metrics SET turns = 9")

    verified = filled.run("ledger", "verify")

    assert verified.code == 1
    assert "2 differences." in verified.out
    assert all(word in verified.out for word in ("user_0", "movie", "score", "turns"))


def test_the_ledger_of_a_user_is_shown(filled: Commands) -> None:
    shown, unknown = filled.run("ledger", "show", "user_0"), filled.run("ledger", "show", "nobody")

    assert (shown.code, unknown.code) == (0, 1)
    assert all(word in shown.out for word in ("conv_0", "+5", "movie", "scored", "Page 1 of 1, 1 entries."))
    assert unknown.err == "No user nobody.\n"


def test_a_user_is_erased_by_who_is_sure(filled: Commands, database_url: str) -> None:
    unsure = filled.run("users", "erase", "user_0")
    before = _statuses(database_url)
    erased = filled.run("users", "erase", "user_0", "--yes")

    assert unsure.code == 1
    assert len(before) == 4
    assert erased.code == 0
    assert "events          2" in erased.out
    assert set(_statuses(database_url)) == {"conv_1", "conv_3"}


def test_a_list_of_users_is_erased_and_may_be_given_again(filled: Commands, database_url: str) -> None:
    erase = ("users", "erase", "--from", "-", "--yes")

    first = filled.run(*erase, given="user_0\nuser_9\n")
    again = filled.run(*erase, given="user_0\nuser_9\nuser_1\n")

    assert (first.code, first.out) == (0, "Erased 2 of 2 users: 1 friendships, 2 events.\n")
    assert (again.code, again.out) == (0, "Erased 3 of 3 users: 0 friendships, 2 events.\n")
    assert [line["user_id"] for line in again.audited] == ["user_0", "user_9", "user_1"]
    assert _statuses(database_url) == {}


def test_what_the_log_tells_of_is_erased_again_as_of_then(filled: Commands, database_url: str, tmp_path: Path) -> None:
    erased = filled.run("users", "erase", "user_0", "--yes")
    (tmp_path / "serve.log").write_text(f"Starting\n{erased.err}")
    with psycopg.connect(for_libpq(database_url)) as connection:
        connection.execute("DELETE FROM erased_users")
        connection.execute("INSERT INTO friendships VALUES ('user_0', 5, 'PHASE1_STRANGER', 1)")

    again = filled.run("users", "erase", "--from-log", str(tmp_path / "serve.log"), "--since", "2026-01-01", "--yes")

    assert (again.code, again.out) == (0, "Erased 1 of 1 users: 1 friendships, 0 events.\n")
    assert again.audited == erased.audited


def test_a_list_that_cannot_be_done_is_told_how_far_it_came(filled: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    failed = filled.run("users", "erase", "--from", "-", "--yes", given="user_0\nuser_1\n")

    assert (failed.code, failed.out) == (3, "Erased 0 of 2 users: 0 friendships, 0 events.\n")
    assert "Give the same list again" in failed.err
    assert [(line["user_id"], line["outcome"]) for line in failed.audited] == [("user_0", "failed")]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("user_0", "--from", "-"),
        ("--from", "-"),
        ("--from-log", "-", "--yes"),
        ("--from", "-", "--since", "2026-01-01", "--yes"),
        ("--from", "nowhere.txt", "--yes"),
    ],
    ids=" ".join,
)
def test_it_must_be_clear_whom_to_erase(filled: Commands, database_url: str, arguments: tuple[str, ...]) -> None:
    refused = filled.run("users", "erase", *arguments, given="user_0\n")

    assert (refused.code, refused.out) == (2, "")
    assert len(_statuses(database_url)) == 4


def test_a_list_with_a_line_that_is_no_id_erases_nobody(filled: Commands, database_url: str) -> None:
    refused = filled.run("users", "erase", "--from", "-", "--yes", given="user_0\nab\n")

    assert refused.code == 2
    assert "line 2" in refused.err
    assert len(_statuses(database_url)) == 4
