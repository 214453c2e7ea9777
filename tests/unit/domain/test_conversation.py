from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import Speaker, count_turns
from tests.examples import a_conversation

SPEAKERS = st.lists(st.sampled_from(Speaker), max_size=60)


@pytest.mark.parametrize(
    ("speakers", "turns"),
    [
        ("", 0),
        ("p", 0),
        ("pu", 1),
        ("up", 1),
        ("pup", 1),
        ("ppu", 1),
        ("puu", 1),
        ("pupu", 2),
        ("upup", 2),
        ("pppp", 0),
        ("puupp", 2),
        ("pupup", 2),
    ],
)
def test_a_turn_is_an_adjacent_pair_of_different_speakers(speakers: str, turns: int) -> None:
    assert a_conversation(speakers).turns == turns


def test_utterances_are_counted_by_speaker() -> None:
    conversation = a_conversation("ppu pu")

    assert conversation.said_by(Speaker.PIKA) == 3
    assert conversation.said_by(Speaker.USER) == 2


def defined_by_recursion(speakers: Sequence[Speaker]) -> int:
    if len(speakers) < 2:
        return 0
    first, second, *rest = speakers
    return defined_by_recursion([second, *rest]) if first == second else 1 + defined_by_recursion(rest)


@given(SPEAKERS)
def test_turns_are_those_of_the_recursive_definition(speakers: list[Speaker]) -> None:
    assert count_turns(speakers) == defined_by_recursion(speakers)


@given(SPEAKERS)
def test_no_utterance_is_in_two_turns(speakers: list[Speaker]) -> None:
    turns = count_turns(speakers)

    assert 0 <= turns <= len(speakers) // 2
    assert turns <= min(speakers.count(Speaker.PIKA), speakers.count(Speaker.USER))


@given(SPEAKERS)
def test_one_speaker_alone_takes_no_turn_and_two_take_at_least_one(speakers: list[Speaker]) -> None:
    assert (count_turns(speakers) > 0) == (len(set(speakers)) == 2)


@given(SPEAKERS)
def test_it_does_not_matter_who_of_the_two_is_the_robot(speakers: list[Speaker]) -> None:
    swapped = [Speaker.USER if speaker is Speaker.PIKA else Speaker.PIKA for speaker in speakers]

    assert count_turns(swapped) == count_turns(speakers)


@given(st.integers(0, 20))
def test_a_strict_alternation_has_half_as_many_turns(pairs: int) -> None:
    assert a_conversation("pu" * pairs).turns == pairs
