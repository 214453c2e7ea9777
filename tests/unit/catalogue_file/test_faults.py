import json

import pytest

from infrastructure.catalogue_file.catalogue_file import InvalidCatalogueFile, read_catalogue

MANY = """\
personas:
  - friendship_level: STRANGER
    context_style_guideline: 12
  - friendship_level: phase1_stranger
    profile: none
agendas:
  - topic_id: movie
    agent_id: agent_movie
    agent_type: SING
    friendship_level: FRIENDS
    talking_agenda: |
      4. OPENING
  - topic_id: "  "
    agent_id: 17
    agent_type: TALK
    agent_type: GAME
    friendship_level: FRIEND
  - just text
agenda: []
"""


def _faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidCatalogueFile) as refused:
        read_catalogue(text)
    assert all(fault.message for fault in refused.value.faults)
    return [(fault.line, fault.path) for fault in refused.value.faults]


def test_every_fault_is_told_at_once_with_its_line() -> None:
    assert sorted(_faults(MANY)) == [
        (3, "personas[0].context_style_guideline"),
        (4, "personas[1].friendship_level"),
        (5, "personas[1].profile"),
        (9, "agendas[0].agent_type"),
        (10, "agendas[0].friendship_level"),
        (13, "agendas[1].talking_agenda"),
        (13, "agendas[1].topic_id"),
        (14, "agendas[1].agent_id"),
        (16, "agendas[1].agent_type"),
        (18, "agendas[2]"),
        (19, "agenda"),
    ]


def test_json_has_lines_too() -> None:
    rows = [{"topic_id": "movie", "agent_id": "😀", "agent_type": "SING"}]

    assert sorted(_faults(json.dumps({"agendas": rows}, indent=2))) == [
        (3, "agendas[0].friendship_level"),
        (3, "agendas[0].talking_agenda"),
        (6, "agendas[0].agent_type"),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", "expected text; found a number; put it in quotes"),
        ("yes", "expected text; found true or false; put it in quotes"),
        ("2026-01-31", "expected text; found a date; put it in quotes"),
        ("~", "expected text; found nothing"),
        ("[a]", "expected text; found a list"),
        ('"a\\0"', "expected text without U+0000 and without halves of surrogate pairs"),
    ],
)
def test_what_is_expected_and_what_was_found_is_told(value: str, expected: str) -> None:
    row = f"topic_id: t, agent_id: a, agent_type: TALK, friendship_level: FRIEND, talking_agenda: {value}"
    text = f"agendas:\n  - {{{row}}}"

    with pytest.raises(InvalidCatalogueFile) as refused:
        read_catalogue(text)

    (fault,) = refused.value.faults
    assert (fault.line, fault.path, fault.message) == (2, "agendas[0].talking_agenda", expected)


def test_an_unknown_word_is_told_with_the_words_there_are() -> None:
    with pytest.raises(InvalidCatalogueFile, match=r"expected one of PHASE1_STRANGER, .*; found 'ENEMY'"):
        read_catalogue("personas:\n  - friendship_level: ENEMY")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("just text", 1),
        ("[]", 1),
        ("agendas:\n  - [1\nb: 2", 3),
        ("agendas:\n  - !python/name:os.system x", 2),
        ("agendas:\n\n  - \x07", 3),
        ("agendas:\n  - 2026-13-45", 1),
        ("[" * 5000, 1),
    ],
)
def test_what_is_no_catalogue_at_all_is_told_with_the_line(text: str, line: int) -> None:
    assert _faults(text)[0][0] == line


def test_after_a_hundred_faults_the_rest_is_not_told() -> None:
    assert len(_faults("agendas: [" + "1, " * 1000 + "]")) == 100


def test_names_are_trimmed_and_words_read_in_any_case_and_older_form() -> None:
    text = """
personas: [{friendship_level: " friend "}]
agendas: [{topic_id: " movie ", agent_id: "a ", agent_type: game_agent, friendship_level: stranger,
           talking_agenda: " kept ", agent_tag: " Tag "}]
"""

    catalogue = read_catalogue(text)

    (row,) = catalogue.agendas
    assert (row.topic_id, row.agent_id, row.agent_type, row.talking_agenda) == ("movie", "a", "GAME", " kept ")
    assert (row.friendship_level, row.agent_tag) == ("PHASE1_STRANGER", "Tag")
    assert catalogue.personas[0].friendship_level == "PHASE3_FRIEND"


def test_anchors_and_merge_keys_spare_editors_repetition() -> None:
    text = """
agendas:
  - &movie {topic_id: movie, agent_id: agent_movie, agent_type: TALK, friendship_level: STRANGER, talking_agenda: one}
  - <<: *movie
    friendship_level: FRIEND
"""

    assert [row.friendship_level.rank for row in read_catalogue(text).agendas] == [1, 3]
