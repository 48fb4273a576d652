from pathlib import Path

import numpy as np
import pytest

from index.confidence import FEATURES, Calibration, Example, Numbers, features, fit, sigmoid
from index.rank import Candidates


def candidates(
    similarity: list[float],
    coverage: list[float] | None = None,
    log_probability: list[float] | None = None,
    total: list[float] | None = None,
) -> Candidates:
    count = len(similarity)
    numbers = {
        "similarity": similarity,
        "about": similarity,
        "bm25": [0.0] * count,
        "coverage": coverage or [0.0] * count,
        "known": [0.5] * count,
        "log_probability": log_probability or [0.0] * count,
        "total": total or similarity,
    }
    arrays = {name: np.array(values, np.float32) for name, values in numbers.items()}
    places = np.arange(count, dtype=np.int64)
    return Candidates(topics=places, field=places, **arrays)


def examples(*answered: tuple[float, bool], stranger: bool = False) -> tuple[Example, ...]:
    return tuple(Example(confidence, right, "en", stranger) for confidence, right in answered)


def named(row: Numbers) -> dict[str, float]:
    return dict(zip(FEATURES, row.tolist(), strict=True))


def test_the_features_of_a_candidate_set_it_against_the_best_of_the_others() -> None:
    found = candidates([0.5, 0.75, 0.25], [0.5, 0.0, 0.25], [-1.0, -2.0, -3.0], [9.0, 7.0, -9.0])
    first, second, third = map(named, features(found, "x" * 9))
    assert first["similarity"] == 0.5
    assert first["lead in similarity"] == -0.25
    assert second["lead in similarity"] == 0.25
    assert first["lead in total"] == pytest.approx(0.2)
    assert third["lead in total"] == -1.0  # 18 behind, bounded at 10
    assert first["above the field"] == pytest.approx(0.5 - (0.5 + 0.25) / 2)
    assert (first["coverage"], first["words known"]) == (0.5, 0.5)
    assert first["head"] == pytest.approx(np.exp(-1))
    assert first["agreement"] == pytest.approx(2 / 3)  # first in words and head, not in similarity
    assert second["agreement"] == pytest.approx(1 / 3)
    assert first["length"] == pytest.approx(np.log(10) / 5)


def test_a_single_candidate_leads_by_all_it_has() -> None:
    row = named(features(candidates([0.5]), "?")[0])
    assert (row["lead in similarity"], row["above the field"], row["head"]) == (0.5, 0.5, 0.0)


def test_no_candidates_have_no_features() -> None:
    assert features(candidates([]), "?").shape == (0, len(FEATURES))


def test_a_fit_recovers_the_coefficients_that_made_the_examples() -> None:
    random = np.random.default_rng(3)
    true = np.array([2.0, -1.0, 0.5, -0.25])
    rows = random.normal(size=(40_000, 3))
    right = random.random(len(rows)) < sigmoid(np.column_stack([rows, np.ones(len(rows))]) @ true)
    found = fit(rows, right, np.ones(len(rows)), np.zeros(4), 0.5)
    assert found == pytest.approx(true, abs=0.06)


def test_without_examples_a_fit_is_its_prior() -> None:
    prior = np.array([1.0, -2.0])
    assert fit(np.zeros((0, 1)), np.zeros(0, np.bool_), np.zeros(0), prior, 0.5).tolist() == prior.tolist()


def test_a_weight_of_two_counts_as_the_example_twice() -> None:
    rows, right = np.array([[0.0], [1.0], [2.0]]), np.array([False, True, False])
    twice = fit(np.vstack([rows, rows[1:2]]), np.append(right, True), np.ones(4), np.zeros(2), 1.0)
    weighed = fit(rows, right, np.array([1.0, 2.0, 1.0]), np.zeros(2), 1.0)
    assert weighed == pytest.approx(twice, abs=1e-4)


def test_the_stronger_the_prior_the_nearer_a_fit_stays_to_it() -> None:
    rows, right = np.array([[1.0], [-1.0]]), np.array([True, False])
    found = [fit(rows, right, np.ones(2), np.zeros(2), strength)[0] for strength in (0.1, 1.0, 10.0)]
    assert found == sorted(found, reverse=True)
    assert 0 < found[-1] < 0.1


def test_confidences_are_the_logistic_curve_of_the_features() -> None:
    found = candidates([0.5, 0.25])
    by_similarity = Calibration((4.0, *[0.0] * (len(FEATURES) - 1), -1.0), ())
    assert by_similarity.confidences(found, "?") == pytest.approx([1 / (1 + np.exp(-1)), 0.5])


@pytest.mark.parametrize("budget", [0.01, 0.05, 0.1, 0.2])
def test_the_budget_is_kept_where_confidence_means_what_it_says(budget: float) -> None:
    """Confidences spread evenly, each right as often as it claims: as many are wrong as the budget says."""
    random = np.random.default_rng(5)
    confidences = random.random(400_000)
    right = random.random(len(confidences)) < confidences
    answered = confidences >= Calibration((), ()).thresholds(budget).answer
    assert answered.mean() == pytest.approx(2 * budget, rel=0.05)
    assert (~right[answered]).mean() == pytest.approx(budget, rel=0.05)


def test_a_larger_budget_answers_more() -> None:
    answers = [Calibration((), ()).thresholds(budget).answer for budget in (0.001, 0.05, 0.2, 0.5)]
    assert answers == sorted(answers, reverse=True)
    assert 0 <= answers[-1] < answers[0] < 1


def test_suggestions_begin_where_nineteen_of_twenty_strangers_are_left_behind() -> None:
    strangers = examples(*((place / 100, False) for place in range(101)), stranger=True)
    known = examples(*[(0.99, True)] * 60)
    assert Calibration((), known + strangers).thresholds(0.01).suggest == pytest.approx(0.95)


def test_suggestions_never_begin_above_answers() -> None:
    thresholds = Calibration((), examples((0.99, False), stranger=True)).thresholds(0.05)
    assert thresholds.suggest == thresholds.answer == pytest.approx(0.9)


def test_without_strangers_suggestions_begin_half_way_to_answers() -> None:
    thresholds = Calibration((), ()).thresholds(0.05)
    assert (thresholds.answer, thresholds.suggest) == pytest.approx((0.9, 0.45))


def test_a_calibration_is_the_same_after_saving(tmp_path: Path) -> None:
    calibration = Calibration((0.1, -2.5), examples((1 / 3, True), (0.2, False)))
    calibration.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == calibration
