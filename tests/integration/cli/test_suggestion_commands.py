"""Suggestions on the command line: the answer, its explanation, and the report."""

import psycopg
import pytest

from tests.integration.cli.conftest import Commands
from tests.servers.databases import for_libpq

OFFERS = """
    INSERT INTO suggestions (user_id, seed, agents, agent_tags, catalogue_version, offered_at)
    SELECT 'user_' || number, number, '{talk_movie,game_riddle}', '{talk_movie,game_riddle}', 1,
           timestamptz '2026-01-01 08:00Z'
    FROM generate_series(1, 3) AS number
"""
CATALOGUE = """
agendas:
  - {topic_id: hello, agent_id: hello, agent_type: GREETING, friendship_level: PHASE1_STRANGER, talking_agenda: Hi}
  - {topic_id: movie, agent_id: talk_movie, agent_type: TALK, friendship_level: PHASE1_STRANGER, talking_agenda: Ask}
"""


@pytest.fixture
def stocked(commands: Commands) -> Commands:
    with open("catalogue.yaml", "w", encoding="utf-8") as file:  # noqa: PTH123 - the directory is the test's own
        file.write(CATALOGUE)
    assert commands.run("catalogue", "import", "catalogue.yaml").code == 0
    return commands


def test_a_suggestion_is_printed_and_repeated_by_its_seed(stocked: Commands) -> None:
    first, again = (stocked.run("suggest", "user_42", "--seed", "7") for _ in range(2))

    assert (first.code, first.err) == (0, "")
    assert first.out == again.out
    assert "user_42, PHASE1_STRANGER, seed 7" in first.out
    assert "talk_movie" in first.out


def test_an_explanation_follows_when_asked_for(stocked: Commands) -> None:
    explained = stocked.run("suggest", "user_42", "--explain")

    assert "talk 1: Exploration candidate" in explained.out
    assert "talk 2: nothing" in explained.out
    assert "its agent is offered already" in explained.out


def test_without_a_catalogue_the_answer_is_no(commands: Commands) -> None:
    told = commands.run("suggest", "user_42")

    assert (told.code, told.out) == (1, "")
    assert "No agent to offer" in told.err


def test_the_report_tells_what_was_offered_and_taken(commands: Commands, database_url: str) -> None:
    with psycopg.connect(for_libpq(database_url)) as connection:
        connection.execute(OFFERS)

    all_of_it = commands.run("suggestions", "report", "--since", "2026-01-01")
    later = commands.run("suggestions", "report", "--since", "2026-01-02")

    assert (all_of_it.code, all_of_it.err) == (0, "")
    assert "2 agents, offered 6 times." in all_of_it.out
    assert "0 agents, offered 0 times." in later.out
