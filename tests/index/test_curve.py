import numpy as np
import pytest
from scipy.stats import binom

from index.curve import Answers, Point, curve


def yes(*values: int) -> np.ndarray:
    return np.array(values, np.bool_)


def test_the_curve_goes_from_the_surest_question_to_all() -> None:
    found = curve(np.array([0.2, 0.9, 0.6, 0.4]), yes(0, 1, 0, 1))
    assert list(found) == [
        Point(0.9, 0.25, 0.0),
        Point(0.6, 0.5, 0.5),
        Point(0.4, 0.75, pytest.approx(1 / 3)),
        Point(0.2, 1.0, 0.5),
    ]


def test_equal_confidences_are_one_point() -> None:
    assert list(curve(np.array([0.5, 0.5, 0.5]), yes(1, 0, 1))) == [Point(0.5, 1.0, pytest.approx(1 / 3))]


def test_no_questions_have_no_curve() -> None:
    assert list(curve(np.array([]), yes())) == []


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    confidence = np.linspace(0, 1, 1001)
    found = curve(confidence, confidence > 0.3, most=50)
    assert len(found) == 50
    assert (found[0].threshold, found[0].answered) == (1.0, pytest.approx(1 / 1001))
    assert (found[-1].threshold, found[-1].answered) == (0.0, 1.0)
    answered = [point.answered for point in found]
    assert answered == sorted(answered)
    assert max(np.diff(answered)) < 0.025


@pytest.mark.parametrize(("given", "wrong"), [(10, 0), (59, 0), (40, 3), (200, 11)])
def test_the_bound_is_where_so_few_wrong_ones_become_unlikely(given: int, wrong: int) -> None:
    answers = Answers(given, wrong)
    assert binom.cdf(wrong, given, answers.most_wrong) == pytest.approx(0.05)
    if wrong:
        assert binom.sf(wrong - 1, given, answers.least_wrong) == pytest.approx(0.05)


def test_without_answers_or_right_ones_nothing_is_ruled_out() -> None:
    assert (Answers(0, 0).least_wrong, Answers(0, 0).most_wrong) == (0.0, 1.0)
    assert Answers(3, 3).most_wrong == 1.0


def test_fifty_nine_right_answers_are_enough_for_one_in_twenty() -> None:
    assert Answers(59, 0).warnings(0.05) == []
    assert "59 answers with 0 wrong would do" in Answers(58, 0).warnings(0.05)[0]


def test_too_few_answers_are_warned_of_with_what_would_do() -> None:
    (warning,) = Answers(12, 1).warnings(0.05)
    assert warning == (
        "1 of 12 answers wrong: as many as 34% may be, so 5% can't be promised; "
        "93 answers with 1 wrong would do"
    )
    assert Answers(93, 1).warnings(0.05) == []


def test_too_many_wrong_answers_are_not_called_too_few() -> None:
    assert Answers(20, 9).warnings(0.05) == ["9 of 20 answers wrong: more than the 5% that may be"]


def test_that_nothing_was_answered_is_said() -> None:
    assert Answers(0, 0).warnings(0.05) == ["no question was answered, so nothing is known of the answers"]
