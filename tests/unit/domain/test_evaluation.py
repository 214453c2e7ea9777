import pytest

from domain.emotion import SessionEmotion
from domain.evaluation import Judged, exact_match, f1, macro_f1, mean_absolute_error, quality

HAPPY, SAD, NEUTRAL = SessionEmotion.HAPPY, SessionEmotion.SAD, SessionEmotion.NEUTRAL
# Happy: 2 right, 1 heard as sad. Sad: 1 right. Neutral: 1 right, 1 heard as happy.
PAIRS = [(HAPPY, HAPPY), (HAPPY, HAPPY), (HAPPY, SAD), (SAD, SAD), (NEUTRAL, NEUTRAL), (NEUTRAL, HAPPY)]


def test_counts_that_are_right_are_an_exact_match_and_no_answer_is_none() -> None:
    assert exact_match([(0, 0), (2, 1), (3, 3), (1, None)]) == 0.5


def test_the_mean_error_is_that_of_the_answers() -> None:
    assert mean_absolute_error([(0, 0), (2, 1), (1, 4), (1, None)]) == pytest.approx(4 / 3)
    assert mean_absolute_error([(1, None)]) is None


def test_f1_is_worked_out_by_hand() -> None:
    assert f1(PAIRS, HAPPY) == pytest.approx(2 * 2 / (2 * 2 + 1 + 1))
    assert f1(PAIRS, SAD) == pytest.approx(2 * 1 / (2 * 1 + 1 + 0))
    assert f1(PAIRS, NEUTRAL) == pytest.approx(2 * 1 / (2 * 1 + 0 + 1))
    assert f1(PAIRS, SessionEmotion.ANGRY) == 0.0


def test_macro_f1_is_the_plain_mean_over_the_emotions_that_occur() -> None:
    assert macro_f1(PAIRS) == pytest.approx((2 / 3 + 2 / 3 + 2 / 3) / 3)
    assert macro_f1([(HAPPY, SAD)]) == 0.0
    assert macro_f1([(HAPPY, HAPPY)]) == 1.0


def test_what_was_not_heard_is_a_miss_whatever_the_label() -> None:
    assert macro_f1([(NEUTRAL, NEUTRAL), (NEUTRAL, None)]) == pytest.approx(2 / 3)
    assert macro_f1([(NEUTRAL, None), (SAD, None)]) == 0.0


def test_what_was_not_heard_is_not_taken_for_neutral() -> None:
    judged = Judged(language="vi", questions=1, emotion=NEUTRAL, heard_questions=None, heard_emotion=None)

    found = quality([judged])

    assert (found.unanswered, found.exact_match, found.macro_f1) == (1, 0.0, 0.0)
    assert found.confusion == {(NEUTRAL, None): 1}


def test_nothing_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="nothing"):
        quality([])
