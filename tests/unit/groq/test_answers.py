import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.errors import AnalystUnavailable
from domain.emotion import SessionEmotion
from infrastructure.groq.answers import question_count, session_emotion

NOT_THE_FORM = [
    "",
    "2",
    "null",
    "[]",
    "{}",
    "two",
    '```json\n{"user_initiated_questions": 2}\n```',
    '{"user_initiated_questions": 2} because',
    '{"session_emotion": "happy", "user_initiated_questions": 2}',
    "[" * 100_000,
    '{"user_initiated_questions": "2", "session_emotion": 2}',
]


@pytest.mark.parametrize("count", [0, 2, 5])
def test_a_count_from_none_to_all_the_child_said_is_taken(count: int) -> None:
    assert question_count(f' {{"user_initiated_questions": {count}}}\n', at_most=5) == count


@pytest.mark.parametrize("value", ["-1", "6", "2.0", "2.5", '"2"', "true", "null", "[2]", "1e3", "9" * 400, "NaN"])
def test_anything_but_such_an_integer_is_no_answer(value: str) -> None:
    with pytest.raises(AnalystUnavailable):
        question_count(f'{{"user_initiated_questions": {value}}}', at_most=5)


@pytest.mark.parametrize("emotion", SessionEmotion)
def test_each_of_the_six_emotions_is_taken(emotion: SessionEmotion) -> None:
    assert session_emotion(f'{{"session_emotion": "{emotion.value}"}}') is emotion


@pytest.mark.parametrize("value", ['"hangry"', '"Happy"', '" happy"', '""', "2", "null", '["happy"]', "true"])
def test_any_other_word_is_no_answer(value: str) -> None:
    with pytest.raises(AnalystUnavailable):
        session_emotion(f'{{"session_emotion": {value}}}')


@pytest.mark.parametrize("content", NOT_THE_FORM)
def test_another_form_is_no_answer(content: str) -> None:
    with pytest.raises(AnalystUnavailable):
        question_count(content, at_most=5)
    with pytest.raises(AnalystUnavailable):
        session_emotion(content)


@given(st.text())
def test_whatever_is_answered_means_something_in_range_or_nothing(content: str) -> None:
    with pytest.raises(AnalystUnavailable):
        question_count(content, at_most=5)


def test_what_was_answered_is_not_repeated_in_the_error() -> None:
    with pytest.raises(AnalystUnavailable) as caught:
        session_emotion('{"session_emotion": "my name is Lan"}')
    assert "Lan" not in str(caught.value)
