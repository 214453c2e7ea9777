import pytest

from domain.scoring import ScoringRules
from infrastructure.rules_file.rules_file import InvalidRules, read_rules

VALID = """
points_per_turn: 1
points_per_question: 4.5
points_per_memory: 5.0
interesting_bonus: 15
boring_bonus: -15
"""


def test_every_weight_is_read() -> None:
    assert read_rules(VALID) == ScoringRules(points_per_question=4.5)


def test_json_is_yaml_too() -> None:
    as_json = (
        '{"points_per_turn": 1, "points_per_question": 4.5, "points_per_memory": 5,'
        ' "interesting_bonus": 15, "boring_bonus": -15}'
    )

    assert read_rules(as_json) == read_rules(VALID)


def test_every_fault_is_told_at_once() -> None:
    text = "points_per_turn: -1\npoints_per_question: many\npoints_per_memory: true\nboring_bonus: .inf\nbonus: 3"

    with pytest.raises(InvalidRules) as refused:
        read_rules(text)

    assert [fault.path for fault in refused.value.faults] == [
        "interesting_bonus",
        "bonus",
        "points_per_turn",
        "points_per_question",
        "points_per_memory",
        "boring_bonus",
    ]


@pytest.mark.parametrize("weight", ["0.00001", "1000001", ".nan", "'1'", "null", "[1]", "-0.1"])
def test_what_is_no_weight_is_refused(weight: str) -> None:
    with pytest.raises(InvalidRules):
        read_rules(VALID.replace("points_per_turn: 1", f"points_per_turn: {weight}"))


@pytest.mark.parametrize("text", ["", "- 1", "points: [", "just a text"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(InvalidRules):
        read_rules(text)
