from pathlib import Path

import pytest

from tests.integration.cli.conftest import Commands

MOVIE = """\
agendas:
- topic_id: movie
  agent_id: agent_movie
  agent_type: TALK
  friendship_level: PHASE1_STRANGER
  talking_agenda: |
    4. OPENING
    5. GOALS
"""
PETS = MOVIE + MOVIE.partition("\n")[2].replace("movie", "pets")
CHANGED = MOVIE.replace("5. GOALS", "5. AIMS")


@pytest.fixture
def versions(commands: Commands) -> Commands:
    """Three: a film; a film and pets; a film, told otherwise."""
    for content in (MOVIE, PETS, CHANGED):
        Path("catalogue.yaml").write_text(content, encoding="utf-8")
        assert commands.run("catalogue", "import", "catalogue.yaml").code == 0
    return commands


def test_a_file_is_imported_with_warnings_of_what_it_lacks(commands: Commands) -> None:
    Path("catalogue.yaml").write_text(MOVIE, encoding="utf-8")

    imported = commands.run("catalogue", "import", "catalogue.yaml")

    assert (imported.code, imported.out) == (0, "Imported as version 1: 0 personas, 1 agendas.\n")
    assert "Warning: PHASE1_STRANGER has no GREETING" in imported.err


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_exported_is_imported_and_exported_byte_for_byte(versions: Commands, form: str) -> None:
    exported = versions.run("catalogue", "export", "--format", form)
    Path("exported").write_text(exported.out, encoding="utf-8")
    versions.run("catalogue", "import", "exported")

    assert versions.run("catalogue", "export", "--format", form).out == exported.out
    assert versions.run("catalogue", "diff", "3", "4").out == "Versions 3 and 4 say the same.\n"


def test_a_faulty_file_is_refused_with_every_line_and_nothing_changes(versions: Commands) -> None:
    Path("wrong.yaml").write_text(MOVIE.replace("TALK", "SING") + "rows: []\n", encoding="utf-8")

    validated = versions.run("catalogue", "validate", "wrong.yaml")
    imported = versions.run("catalogue", "import", "wrong.yaml")

    assert (validated.code, imported.code) == (1, 1)
    assert validated.err == imported.complaint
    assert [line.partition(": ")[0] for line in imported.err.splitlines()] == ["wrong.yaml:4", "wrong.yaml:9"]
    assert "3 versions" in versions.run("catalogue", "history").out


def test_the_history_is_listed_newest_first(versions: Commands) -> None:
    listed = versions.run("catalogue", "history")

    rows = [line.split() for line in listed.out.splitlines() if "│" in line]
    assert [(row[1], row[-2]) for row in rows] == [("3", "1"), ("2", "2"), ("1", "1")]
    assert "Page 1 of 1, 3 versions." in listed.out


def test_an_old_version_is_shown_and_restored_under_a_new_number(versions: Commands) -> None:
    shown = versions.run("catalogue", "show", "2")
    restored = versions.run("catalogue", "restore", "2")

    assert restored.out == "Version 2 is current again, as version 4.\n"
    assert versions.run("catalogue", "export").out == shown.out
    assert "pets" in shown.out


def test_differences_are_shown_row_by_row_and_line_by_line(versions: Commands) -> None:
    assert versions.run("catalogue", "diff", "1", "2").out == "+ TALK pets agent_pets at PHASE1_STRANGER\n"
    assert versions.run("catalogue", "diff", "2", "1").out == "- TALK pets agent_pets at PHASE1_STRANGER\n"
    assert versions.run("catalogue", "diff", "1", "3").out == (
        "~ TALK movie agent_movie at PHASE1_STRANGER\n"
        "    talking_agenda:\n"
        "        4. OPENING\n"
        "      - 5. GOALS\n"
        "      + 5. AIMS\n"
    )


@pytest.mark.parametrize("command", [("show", "9"), ("restore", "9"), ("diff", "1", "9")], ids=" ".join)
def test_a_version_that_is_not_there_is_told_so(versions: Commands, command: tuple[str, ...]) -> None:
    refused = versions.run("catalogue", *command)

    assert (refused.code, refused.out, refused.complaint) == (1, "", "No version 9 of the catalogue.\n")
