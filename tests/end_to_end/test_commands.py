"""The command line: exit codes that mean something, and words that help."""

import re
from pathlib import Path

import jwt
import psycopg
import pytest
import yaml

from entrypoints.bootstrap.shipped import shipped_catalogue
from tests.end_to_end.conftest import KEY
from tests.end_to_end.program import Program
from tests.servers.databases import for_libpq

COMMANDS = [
    "dev",
    "serve",
    "consume",
    "migrate",
    "demo",
    "catalogue",
    "events",
    "ledger",
    "users",
    "token",
    "import-legacy",
    "alerts",
]
NOWHERE = "postgresql://somebody:hunter2hunter2@127.0.0.1:1/nothing"
BROKEN = """
personas:
  - {friendship_level: PHASE1_STRANGER}
  - {friendship_level: PHASE1_STRANGER}
agendas:
  - {topic_id: movie, agent_id: a, agent_type: TALK, friendship_level: PHASE1_STRANGER, talking_agenda: Hi}
  - {topic_id: movie, agent_id: a, agent_type: DANCE, friendship_level: PHASE1_STRANGER, talking_agenda: Hi}
  - {topic_id: movie, agent_id: a, agent_type: TALK, friendship_level: PHASE9, talking_agenda: Hi}
  - {topic_id: "", agent_id: a, agent_type: TALK, friendship_level: PHASE1_STRANGER, talking_agenda: Hi}
  - {agent_id: a, agent_type: TALK, friendship_level: PHASE1_STRANGER, talking_agenda: Hi}
  - Hi
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("-h",),
        *((command, "--help") for command in COMMANDS),
        *(
            ("catalogue", command, "--help")
            for command in ("validate", "import", "export", "show", "history", "restore", "diff")
        ),
        *(("events", command, "--help") for command in ("list", "show", "retry", "skip")),
        *(("ledger", command, "--help") for command in ("verify", "show")),
        ("users", "erase", "--help"),
        ("alerts", "test", "--help"),
    ],
    ids=" ".join,
)
def test_every_command_helps(embedded: Program, arguments: tuple[str, ...]) -> None:
    helped = embedded.run(*arguments)

    assert (helped.code, helped.err) == (0, "")
    assert helped.out.startswith("Usage: context-handling")


def test_help_names_every_command(embedded: Program) -> None:
    told = embedded.run("--help").out

    assert all(f"  {command} " in told for command in COMMANDS)


def test_an_unknown_command_is_wrong_usage(embedded: Program) -> None:
    refused = embedded.run("dance")

    assert (refused.code, refused.out) == (2, "")
    assert "dance" in refused.err


def test_it_says_its_version(embedded: Program) -> None:
    assert embedded.run("--version").code == 0


def test_migrating_twice_is_fine(embedded: Program, empty_database_url: str) -> None:
    first, second = (embedded.run("migrate", DATABASE_URL=empty_database_url) for _ in range(2))

    assert (first.code, second.code) == (0, 0)
    assert second.out == "The schema is up to date.\n"
    with psycopg.connect(for_libpq(empty_database_url)) as connection:
        assert connection.execute("SELECT count(*) FROM conversation_events").fetchone() == (0,)


def test_without_a_database_there_is_nothing_to_migrate(embedded: Program) -> None:
    refused = embedded.run("migrate")

    assert refused.code == 2
    assert "DATABASE_URL" in refused.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("catalogue", "export"),
        ("events", "list"),
        ("ledger", "verify"),
        ("users", "erase", "user_42", "--yes"),
    ],
    ids=" ".join,
)
def test_a_database_that_cannot_be_reached_is_told_in_one_sentence(
    embedded: Program, arguments: tuple[str, ...]
) -> None:
    refused = embedded.run(*arguments, DATABASE_URL=NOWHERE)

    assert (refused.code, refused.out) == (3, "")
    assert len(refused.complaint.strip().splitlines()) == 1
    assert "hunter2" not in refused.err


@pytest.mark.parametrize("command", ["serve", "consume", "dev", "migrate"])
def test_production_names_all_that_is_missing_at_once(embedded: Program, command: str) -> None:
    refused = embedded.run(command, ENVIRONMENT="production")

    assert (refused.code, refused.out) == (2, "")
    assert all(name in refused.err for name in ("DATABASE_URL", "RABBITMQ_URL", "SECRET_KEY"))
    assert "Traceback" not in refused.err


def test_every_wrong_setting_is_named_and_none_repeated(embedded: Program) -> None:
    refused = embedded.run(
        "serve", API_PORT="none", LOG_LEVEL="LOUD", DB_POOL_SIZE="0", SECRET_KEY="hunter2hunter2", RETRY_JITTER="1.5"
    )

    assert refused.code == 2
    assert all(name in refused.err for name in ("API_PORT", "LOG_LEVEL", "DB_POOL_SIZE", "RETRY_JITTER"))
    assert "hunter2" not in refused.err


def test_settings_come_from_a_file_too_and_the_environment_wins(embedded: Program, directory: Path) -> None:
    (directory / ".env").write_text("ENVIRONMENT=production\nLOG_LEVEL=LOUD\n")

    refused = embedded.run("consume", LOG_LEVEL="INFO")

    assert refused.code == 2
    assert "DATABASE_URL" in refused.err
    assert "LOG_LEVEL" not in refused.err


def test_a_token_carries_what_was_asked_for(embedded: Program) -> None:
    made = embedded.run(
        "token", "--sub", "spring-robot", "--scope", "conversations:write suggestions:read", SECRET_KEY=KEY
    )

    assert (made.code, made.complaint) == (0, "")
    claims = jwt.decode(made.out.strip(), KEY, algorithms=["HS256"])
    assert claims["sub"] == "spring-robot"
    assert set(claims["scope"].split()) == {"conversations:write", "suggestions:read"}


def test_without_a_key_there_is_no_token(embedded: Program) -> None:
    refused = embedded.run("token", "--sub", "robot", "--scope", "conversations:write")

    assert (refused.code, refused.out) == (2, "")
    assert "SECRET_KEY" in refused.err


def test_the_shipped_catalogue_is_valid(embedded: Program) -> None:
    checked = embedded.run("catalogue", "validate", str(shipped_catalogue()))

    assert checked.code == 0
    assert "3 personas, 34 agendas" in checked.out


@pytest.mark.parametrize("command", ["validate", "import"])
def test_a_broken_catalogue_is_told_all_its_faults(embedded: Program, directory: Path, command: str) -> None:
    (directory / "broken.yaml").write_text(BROKEN)

    refused = embedded.run("catalogue", command, "broken.yaml", DATABASE_URL=NOWHERE)

    assert (refused.code, refused.out) == (1, "")
    paths = ["personas[1]", *(f"agendas[{index}]" for index in range(1, 6))]
    assert all(re.search(rf"^broken.yaml:\d+: {re.escape(path)}", refused.err, re.MULTILINE) for path in paths)
    assert "agendas[0]" not in refused.err
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("content", [b"", b"[]", b"- {", b"agendas: 5", b"\xff\xfe", b"a: \x00"], ids=repr)
def test_a_file_that_is_no_catalogue_is_told_so(embedded: Program, directory: Path, content: bytes) -> None:
    (directory / "broken.yaml").write_bytes(content)

    refused = embedded.run("catalogue", "validate", "broken.yaml")

    assert (refused.code, refused.out) == (1, "")
    assert "broken.yaml" in refused.err
    assert "Traceback" not in refused.err


def test_a_file_that_is_not_there_is_wrong_usage(embedded: Program) -> None:
    assert embedded.run("catalogue", "validate", "nowhere.yaml").code == 2


def test_what_is_exported_is_what_was_imported(configured: Program, directory: Path) -> None:
    shipped = str(shipped_catalogue())

    imported = configured.run("catalogue", "import", shipped)
    exported = configured.run("catalogue", "export")
    (directory / "exported.yaml").write_text(exported.out)
    again = configured.run("catalogue", "import", "exported.yaml")
    exported_again = configured.run("catalogue", "export")

    assert [done.code for done in (imported, exported, again, exported_again)] == [0, 0, 0, 0]
    assert ("version 1" in imported.out, "version 2" in again.out) == (True, True)
    assert exported_again.out == exported.out
    assert _content(exported.out) == _content(shipped_catalogue().read_text())


def test_an_embedded_catalogue_can_be_exported_too(embedded: Program, directory: Path) -> None:
    data = str(directory / "data")

    imported = embedded.run("catalogue", "import", str(shipped_catalogue()), "--data", data)
    exported = embedded.run("catalogue", "export", "--data", data)

    assert (imported.code, exported.code) == (0, 0)
    assert _content(exported.out) == _content(shipped_catalogue().read_text())


def test_the_embedded_database_is_looked_after_in_the_same_way(embedded: Program, directory: Path) -> None:
    data = str(directory / "data")

    done = [
        embedded.run(*command, "--data", data)
        for command in (("events", "list"), ("ledger", "verify"), ("users", "erase", "user_42", "--yes"))
    ]

    assert [finished.code for finished in done] == [0, 0, 0]


def test_the_demonstration_comes_out_as_expected_with_stand_ins_for_both_services(embedded: Program) -> None:
    shown = embedded.run("demo", "--with-services")

    assert (shown.code, shown.err) == (0, "")
    assert "Everything came out as expected." in shown.out


def _content(document: str) -> object:
    return yaml.safe_load(document)
