from pathlib import Path

import numpy as np
import pytest

from index.evaluate import (
    Expected,
    QuestionsError,
    auroc,
    coverage,
    evaluate,
    expected_calibration_error,
    read_questions,
)
from index.hit import Found, Hit, Thresholds
from kb.article import Article
from kb.language import Language
from kb.passage import Passage


def hit(slug: str, confidence: float) -> Hit:
    article = Article(slug, "en", slug, "Text", 1, f"en/{slug}.md")
    return Hit(Passage(article, (), "", "Text", 1, 1), "title", slug, 0.5, confidence, {}, 0.0)


def yes(*values: int) -> np.ndarray:
    return np.array(values, np.bool_)


ASKED = {
    "first": (("a", "b", "c"), 0.9, "en"),
    "second": (("b", "a"), 0.8, "en"),
    "never": (("b", "c"), 0.4, "da"),
    "stranger": (("c",), 0.1, "da"),
    "nothing": ((), 0.0, "da"),
}
QUESTIONS = [
    Expected("first", ("a",)),
    Expected("second", ("a", "z")),
    Expected("never", ("a",), "da"),
    Expected("stranger", ()),
    Expected("nothing", ()),
]


def search(expected: Expected) -> Found:
    slugs, confidence, language = ASKED[expected.question]
    hits = tuple(hit(slug, confidence / (place + 1)) for place, slug in enumerate(slugs))
    milliseconds = 10.0 * (1 + QUESTIONS.index(expected))
    return Found(expected.question, Language(language, 1.0), hits, milliseconds)


def test_the_figures_are_those_counted_by_hand() -> None:
    document = evaluate(QUESTIONS, search, Thresholds(answer=0.4, suggest=0.2))
    assert (document["questions"], document["in_scope"]) == (5, 3)
    assert document["top1"] == pytest.approx(1 / 3, abs=1e-4)
    assert document["recall_at_5"] == pytest.approx(2 / 3, abs=1e-4)
    assert document["mrr"] == 0.5  # (1 + 1/2 + 0) / 3
    assert document["auroc_correct"] == 1.0  # the only right one is the surest
    assert document["auroc_in_scope"] == 1.0
    # Five questions in ten bins are five bins of one: 0.1 off, then all of what was claimed.
    assert document["ece"] == pytest.approx((0.1 + 0.8 + 0.4 + 0.1 + 0.0) / 5)
    assert document["coverage"] == {"0.01": 0.2, "0.02": 0.2, "0.05": 0.2, "0.10": 0.2}
    assert document["answered"] == 0.6
    assert document["answered_wrong"] == pytest.approx(2 / 3, abs=1e-4)
    assert document["milliseconds"] == {"p50": 30.0, "p95": 48.0}
    assert document["thresholds"] == {"answer": 0.4, "suggest": 0.2}


def test_the_curve_says_what_other_limits_would_do() -> None:
    document = evaluate(QUESTIONS, search, Thresholds(answer=0.4, suggest=0.2))
    assert document["curve"] == [
        {"threshold": 0.9, "answered": 0.2, "wrong": 0.0},
        {"threshold": 0.8, "answered": 0.4, "wrong": 0.5},
        {"threshold": 0.4, "answered": 0.6, "wrong": 0.6667},
        {"threshold": 0.1, "answered": 0.8, "wrong": 0.75},
        {"threshold": 0.0, "answered": 1.0, "wrong": 0.8},
    ]
    assert [point["wrong"] for point in document["by_language"]["en"]["curve"]] == [0.0, 0.5]


def test_a_language_with_too_few_answers_is_warned_of() -> None:
    many = [Expected("first", ("a",), "en")] * 80 + [Expected("stranger", (), "da")]
    document = evaluate(
        many, lambda one: search(QUESTIONS[3 if one.language == "da" else 0]), Thresholds(0.4, 0.2)
    )
    assert (document["warnings"], document["by_language"]["en"]["warnings"]) == ([], [])
    assert document["by_language"]["da"]["warnings"] == [
        "no question was answered, so nothing is known of the answers"
    ]
    assert document["wrong_at_most"] == pytest.approx(0.0368, abs=1e-3)
    assert document["by_language"]["da"]["wrong_at_most"] == 1.0


def test_what_may_be_wrong_is_the_operators_word() -> None:
    many = [Expected("first", ("a",), "en")] * 80
    document = evaluate(many, lambda one: search(QUESTIONS[0]), Thresholds(0.4, 0.2), wrong_answers=0.01)
    assert document["wrong_answers"] == 0.01
    assert "299 answers with 0 wrong would do" in document["warnings"][0]


def test_each_language_has_its_own_figures() -> None:
    by_language = evaluate(QUESTIONS, search, Thresholds(0.4, 0.2))["by_language"]
    assert list(by_language) == ["da", "en"]
    assert (by_language["en"]["questions"], by_language["en"]["top1"], by_language["en"]["mrr"]) == (
        2,
        0.5,
        0.75,
    )
    assert (by_language["da"]["in_scope"], by_language["da"]["top1"]) == (1, 0.0)
    assert by_language["da"]["auroc_correct"] is None  # none is right, so there is nothing to tell apart


def test_no_questions_have_no_figures() -> None:
    document = evaluate([], search, Thresholds(0.5, 0.2))
    assert (document["questions"], document["top1"], document["ece"]) == (0, None, None)
    assert document["coverage"]["0.05"] == 0.0


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc(np.array([0.9, 0.8, 0.3, 0.1]), yes(1, 0, 1, 0)) == 0.75


def test_a_tie_counts_half_in_auroc() -> None:
    assert auroc(np.array([0.5, 0.5]), yes(1, 0)) == 0.5
    assert auroc(np.array([0.9, 0.5, 0.5, 0.1]), yes(1, 1, 0, 0)) == 0.875


def test_auroc_agrees_with_scikit_learn_on_many_ties() -> None:
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(2)
    values, positive = random.integers(0, 8, 300) / 8, random.random(300) < 0.4
    assert auroc(values, positive) == pytest.approx(roc_auc_score(positive, values))


def test_the_calibration_error_is_the_mean_distance_over_bins_of_equal_size() -> None:
    """Two bins of two: claimed 0.15 and right 0.5, claimed 0.85 and right 0.5."""
    confidence = np.array([0.8, 0.1, 0.9, 0.2])
    assert expected_calibration_error(confidence, yes(1, 0, 0, 1), bins=2) == pytest.approx(0.35)


def test_a_perfectly_calibrated_confidence_has_no_error() -> None:
    confidence = np.repeat([0.25, 0.75], 400)
    right = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    assert expected_calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-12)


def test_coverage_is_the_largest_share_that_keeps_the_budget() -> None:
    """Of ten, most confident first: the second and the last are wrong."""
    confidence, right = np.linspace(1, 0.1, 10), yes(1, 0, 1, 1, 1, 1, 1, 1, 1, 0)
    assert coverage(confidence, right, 0.05) == 0.1
    assert coverage(confidence, right, 0.12) == 0.9  # one of nine
    assert coverage(confidence, right, 0.2) == 1.0


def test_questions_of_one_confidence_are_covered_together_or_not_at_all() -> None:
    confidence = np.array([0.9, 0.5, 0.5, 0.5])
    assert coverage(confidence, yes(1, 1, 1, 0), 0.1) == 0.25
    assert coverage(confidence, yes(1, 1, 1, 0), 0.25) == 1.0


def test_questions_are_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(
        '{"question": "Hvor?", "language": "da", "expect": ["a", "b"]}\r\n\n'
        '{"question": "?", "expect": []}\n',
        encoding="utf-8",
    )
    assert read_questions(path) == [Expected("Hvor?", ("a", "b"), "da"), Expected("?", ())]


def test_a_line_separator_within_a_question_does_not_end_the_line(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text('{"question": "one\u2028two\x85", "expect": []}\n', encoding="utf-8")
    assert read_questions(path) == [Expected("one\u2028two\x85", ())]


@pytest.mark.parametrize(
    ("line", "amiss"),
    [
        ("{", "which this is not from column 2 on"),
        ('{"question": "?", "expect": [}', "which this is not from column 30 on"),
        ("[]", "a value is of another type"),
        ("3", "a value is of another type"),
        ('{"question": "?"}', "expect is missing"),
        ('{"expect": []}', "question is missing"),
        ('{"question": 3, "expect": []}', "a value is of another type"),
        ('{"question": "?", "expect": "returns"}', "a value is of another type"),
        ('{"question": "?", "expect": [1]}', "a value is of another type"),
        ('{"question": "?", "expect": [], "language": 5}', "a value is of another type"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str, amiss: str) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(f'{{"question": "?", "expect": []}}\n{line}\n', encoding="utf-8")
    with pytest.raises(QuestionsError, match=rf'golden\.jsonl:2: expected {{"question".*, {amiss}$'):
        read_questions(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "golden.jsonl"
    if content:
        path.write_bytes(content)
    with pytest.raises(QuestionsError, match=r"golden\.jsonl: can't be read .*UTF-8"):
        read_questions(path)
