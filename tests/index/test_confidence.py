from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from index.confidence import (
    ENOUGH_REAL,
    FAR,
    FEATURES,
    NAMED,
    NEAR,
    SAID,
    UNCALIBRATED,
    USUAL,
    Calibration,
    Example,
    Numbers,
    Prior,
    design,
    features,
    fit,
    prior,
    sigmoid,
)
from index.rank import Asked, Candidates


def candidates(
    similarity: list[float],
    coverage: list[float] | None = None,
    log_probability: list[float] | None = None,
    total: list[float] | None = None,
    grams: list[float] | None = None,
    short: list[bool] | None = None,
    rest: list[float] | None = None,
    rest_covered: list[float] | None = None,
) -> Candidates:
    count = len(similarity)
    numbers = {
        "similarity": similarity,
        "bm25": [0.0] * count,
        "coverage": coverage or [0.0] * count,
        "grams": grams or [0.0] * count,
        "known": [0.5] * count,
        "log_probability": log_probability or [0.0] * count,
        "total": total or similarity,
        "rest": rest or [1.0] * count,
        "rest_covered": rest_covered or [0.0] * count,
    }
    arrays = {name: np.array(values, np.float32) for name, values in numbers.items()}
    places, signals = np.arange(count, dtype=np.int64), np.zeros((count, 5), np.float32)
    nearest = np.array(short or [False] * count, np.bool_)
    foreign = np.zeros(count, np.bool_)
    return Candidates(topics=places, field=places, short=nearest, foreign=foreign, signals=signals, **arrays)


def asked(text: str = "?", substance: float = 0.5) -> Asked:
    return Asked(text, np.zeros(2, np.float32), "en", substance)


def real(*confidences: float) -> tuple[Example, ...]:
    return tuple(Example(confidence, True, "en", False, real=True) for confidence in confidences)


def judged(confidences: Iterable[float], right: Iterable[bool]) -> tuple[Example, ...]:
    pairs = zip(confidences, right, strict=True)
    return tuple(Example(float(one), bool(is_right), "en", False, real=True) for one, is_right in pairs)


def examples(*answered: tuple[float, bool], stranger: bool = False) -> tuple[Example, ...]:
    return tuple(Example(confidence, right, "en", stranger) for confidence, right in answered)


def named(row: Numbers) -> dict[str, float]:
    return dict(zip(FEATURES, row.tolist(), strict=True))


def test_the_features_of_a_candidate_set_it_against_the_best_of_the_others() -> None:
    found = candidates(
        [0.5, 0.75, 0.25],
        [0.5, 0.0, 0.25],
        [-1.0, -2.0, -3.0],
        [9.0, 7.0, -9.0],
        grams=[0.1, 0.2, 0.4],
        short=[True, False, False],
        rest=[NEAR + 0.25, NEAR - 0.25, NEAR],
    )
    first, second, third = map(named, features(found, asked("x" * 9, 0.4)))
    assert first["similarity"] == 0.5
    assert first["lead in similarity"] == -0.25
    assert second["lead in similarity"] == 0.25
    assert first["lead in total"] == pytest.approx(0.2)
    assert third["lead in total"] == -1.0  # 18 behind, bounded at 10
    assert first["above the field"] == pytest.approx(0.5 - (0.5 + 0.25) / 2)
    assert (first["coverage"], first["words known"]) == (0.5, 0.5)
    assert first["head"] == pytest.approx(np.exp(-1))
    assert (first["letters covered"], third["letters covered"]) == pytest.approx((0.1, 0.4))
    assert first["agreement"] == pytest.approx(2 / 4)  # first in words and head, not in the other two
    assert (second["agreement"], third["agreement"]) == pytest.approx((1 / 4, 1 / 4))
    assert first["length"] == pytest.approx(np.log(10) / 5)
    assert [row["substance"] for row in (first, second, third)] == [0.4, 0.4, 0.4]
    assert [row["short text nearest"] for row in (first, second, third)] == [1.0, 0.0, 0.0]
    assert [row["taught by questions"] for row in (first, second, third)] == [1.0, 1.0, 1.0]
    assert [row["without names"] for row in (first, second, third)] == pytest.approx([0, -0.25, 0], abs=1e-6)


def test_a_question_of_which_only_the_name_lies_near_is_less_sure() -> None:
    """By hand: 0.2 below what is near, at the price of similarity."""
    named_only, as_a_whole = (candidates([0.6, 0.3], rest=[rest, 0.1]) for rest in (NEAR - 0.2, NEAR))
    before, after = (UNCALIBRATED.confidences(found, asked())[0] for found in (as_a_whole, named_only))
    lost = np.log(before / (1 - before)) - np.log(after / (1 - after))
    assert lost == pytest.approx(0.2 * NAMED, abs=1e-5)
    assert UNCALIBRATED.confidences(candidates([0.6, 0.3]), asked())[0] == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize(("said", "lost"), [(0.0, 0.2), (SAID / 2, 0.1), (SAID, 0.0), (1.0, 0.0)])
def test_what_is_left_without_names_may_be_said_instead_of_near(said: float, lost: float) -> None:
    found = candidates([0.6, 0.3], rest=[NEAR - 0.2, NEAR], rest_covered=[said, said])
    assert named(features(found, asked())[0])["without names"] == pytest.approx(-lost, abs=1e-6)


@pytest.mark.parametrize(("said", "counted"), [(0.35, 0.35), (0.55, 0.55), (0.25, USUAL), (1.0, USUAL)])
def test_a_substance_that_the_prior_has_not_seen_counts_as_the_usual_one(said: float, counted: float) -> None:
    assert named(features(candidates([0.5]), asked(substance=said))[0])["substance"] == counted


def test_without_a_head_nothing_is_claimed_of_it() -> None:
    """No log probability at all is not a probability of 1."""
    for row in map(named, features(candidates([0.5, 0.75]), asked())):
        assert (row["head"], row["taught by questions"]) == (0.0, 0.0)


def test_signals_that_are_alike_everywhere_are_not_asked_whether_they_agree() -> None:
    """Words and letters say the same of both; similarity alone has a leader."""
    first, second = map(named, features(candidates([0.5, 0.75]), asked()))
    assert (first["agreement"], second["agreement"]) == (0.0, 1.0)
    alike = named(features(candidates([0.5, 0.5]), asked())[0])
    assert alike["agreement"] == 1.0


def test_the_design_holds_each_feature_each_product_of_two_and_one() -> None:
    """By hand for 2 and 3: 2, 3, 2 x 2, 2 x 3, 3 x 3 bounded, 1."""
    assert design(np.array([[2.0, 3.0]])).tolist() == [[2.0, 3.0, 4.0, 6.0, FAR, 1.0]]
    assert design(np.array([[-2.0, 3.0]])).tolist() == [[-2.0, 3.0, 4.0, -FAR, FAR, 1.0]]
    assert design(np.array([[-50.0, 50.0]])).tolist() == [[-FAR, FAR, FAR, -FAR, FAR, 1.0]]
    three = design(np.array([[1.0, 2.0, 3.0]]))  # 1 x 1, 1 x 2, 1 x 3, 2 x 2, 2 x 3, 3 x 3
    assert three.tolist() == [[1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0, 6.0, FAR, 1.0]]
    assert design(np.zeros((0, 2))).shape == (0, 6)


def test_a_priors_logits_are_the_weighed_sum_of_the_standardised_design() -> None:
    """(3 - 1) / 2 = 1, (5 - 5) / 4 = 0: their design is 1, 0, 1, 0, 0, 1; the last counts as it is."""
    by_hand = Prior(np.array([1.0, 5.0]), np.array([2.0, 4.0]), np.array([10.0, 20.0, 3.0, 40.0, 50.0, -1.0]))
    assert by_hand.logits(np.array([[3.0, 5.0, -0.5]])).tolist() == [10.0 + 3.0 - 1.0 - 0.5 * NAMED]


def test_the_parts_of_a_logit_are_all_of_it_but_the_intercept() -> None:
    """By hand: features of 1 and 2 standardised, and products of 1, 2 and 4."""
    by_hand = Prior(np.zeros(2), np.ones(2), np.array([10.0, 20.0, 3.0, 40.0, 50.0, -1.0]))
    row = np.array([1.0, 2.0, -0.5])
    assert by_hand.parts(row).tolist() == [10.0 + 3.0 + 40.0, 40.0 + 40.0 + 200.0, -0.5 * NAMED]
    assert by_hand.parts(row).sum() - 1.0 == by_hand.logits(row[None])[0]
    own = np.linspace(0, 1, len(FEATURES))
    whole = prior().parts(own).sum() + prior().coefficients[-1]
    assert whole == pytest.approx(prior().logits(own[None])[0], abs=1e-9)


def test_the_prior_that_comes_with_the_program_fits_the_features() -> None:
    count = len(FEATURES) - 1
    assert prior().usual.shape == prior().spread.shape == (count,)
    assert prior().coefficients.shape == (count + count * (count + 1) // 2 + 1,)
    for numbers in (prior().usual, prior().spread, prior().coefficients):
        assert np.isfinite(numbers).all()
    assert (prior().spread > 0).all()


def test_by_the_prior_a_near_hit_that_leads_is_surer_than_a_far_one_among_many() -> None:
    sure = candidates([0.95, 0.3, 0.2], [0.6, 0.1, 0.0], None, [12.0, 4.0, 3.0], [0.5, 0.1, 0.0])
    unsure = candidates([0.2, 0.19, 0.18], None, None, [1.6, 1.5, 1.4])
    of_sure, of_unsure = (
        UNCALIBRATED.confidences(found, asked("Can I return a gift?"))[0] for found in (sure, unsure)
    )
    assert of_sure > 0.6
    assert of_unsure < 0.4


def test_a_prior_is_the_same_after_saving(tmp_path: Path) -> None:
    """To four decimals."""
    before = Prior(np.array([0.25]), np.array([1.5]), np.array([1.0, -0.123456, 2.0]))
    before.save(tmp_path / "prior.json")
    after = Prior.load(tmp_path / "prior.json")
    assert (after.usual.tolist(), after.spread.tolist()) == ([0.25], [1.5])
    assert after.coefficients.tolist() == [1.0, -0.1235, 2.0]


def test_a_single_candidate_leads_by_all_it_has() -> None:
    row = named(features(candidates([0.5]), asked())[0])
    assert (row["lead in similarity"], row["above the field"], row["head"]) == (0.5, 0.5, 0.0)


def test_no_candidates_have_no_features() -> None:
    assert features(candidates([]), asked()).shape == (0, len(FEATURES))


def test_a_fit_recovers_the_coefficients_that_made_the_examples() -> None:
    random = np.random.default_rng(3)
    true = np.array([2.0, -1.0, 0.5, -0.25])
    columns = np.column_stack([random.normal(size=(40_000, 3)), np.ones(40_000)])
    right = random.random(len(columns)) < sigmoid(columns @ true)
    found = fit(columns, right, np.ones(len(columns)), np.zeros(4), 0.5)
    assert found == pytest.approx(true, abs=0.06)


def test_without_examples_a_fit_is_where_it_starts() -> None:
    start = np.array([1.0, -2.0])
    found = fit(np.zeros((0, 2)), np.zeros(0, np.bool_), np.zeros(0), start, 0.5)
    assert found.tolist() == start.tolist()


def test_a_weight_of_two_counts_as_the_example_twice() -> None:
    columns, right = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]]), np.array([False, True, False])
    twice = fit(np.vstack([columns, columns[1:2]]), np.append(right, True), np.ones(4), np.zeros(2), 1.0)
    weighed = fit(columns, right, np.array([1.0, 2.0, 1.0]), np.zeros(2), 1.0)
    assert weighed == pytest.approx(twice, abs=1e-4)


def test_the_stronger_the_belief_the_nearer_a_fit_stays_to_its_start() -> None:
    columns, right = np.array([[1.0], [-1.0]]), np.array([True, False])
    found = [fit(columns, right, np.ones(2), np.zeros(1), strength)[0] for strength in (0.1, 1.0, 10.0)]
    assert found == sorted(found, reverse=True)
    assert 0 < found[-1] < 0.1
    assert fit(columns, right, np.ones(2), np.full(1, 5.0), 1e6)[0] == pytest.approx(5.0, abs=1e-3)


def test_confidences_are_the_logistic_curve_of_the_priors_log_odds_stretched_and_shifted() -> None:
    found = candidates([0.5, 0.25])
    odds = prior().logits(features(found, asked()))
    expected = 1 / (1 + np.exp(-(2.0 * odds - 0.5)))
    assert Calibration(2.0, -0.5, ()).confidences(found, asked()) == pytest.approx(expected, abs=1e-9)
    assert UNCALIBRATED.confidences(found, asked()) == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-9)
    assert UNCALIBRATED.confidences(candidates([]), asked()).shape == (0,)


@pytest.mark.parametrize("budget", [0.01, 0.05, 0.1, 0.2])
def test_the_budget_is_kept_where_confidence_means_what_it_says(budget: float) -> None:
    """Confidences spread evenly, each right as often as it claims: as many are wrong as the budget says."""
    random = np.random.default_rng(5)
    confidences = random.random(400_000)
    right = random.random(len(confidences)) < confidences
    answered = confidences >= UNCALIBRATED.thresholds(budget).answer
    assert answered.mean() == pytest.approx(2 * budget, rel=0.05)
    assert (~right[answered]).mean() == pytest.approx(budget, rel=0.05)


@pytest.mark.parametrize("budget", [0.05, 0.1])
def test_the_limit_follows_how_real_questions_are_spread(budget: float) -> None:
    """Confidences that keep what they say, were they spread ever so unevenly, are answered to the budget."""
    random = np.random.default_rng(5)
    confidences = random.beta(6, 1, size=20_000)
    right = random.random(len(confidences)) < confidences
    answer = Calibration(1.0, 0.0, judged(confidences, right)).thresholds(budget).answer
    assert (~right[confidences >= answer]).mean() == pytest.approx(budget, abs=0.002)
    assert answer != pytest.approx(1 - 2 * budget, abs=1e-3)


def test_confidences_that_promised_too_much_are_answered_less() -> None:
    """A fifth of what claims to be right in 96 of 100 is wrong: only what claims more is answered."""
    sure, less = (
        [(0.99, True)] * 60,
        [(0.96, True), (0.96, True), (0.96, True), (0.96, True), (0.96, False)] * 12,
    )
    confidences, right = zip(*sure, *less, strict=True)
    assert Calibration(1.0, 0.0, judged(confidences, right)).thresholds(0.05).answer == 0.99
    assert Calibration(1.0, 0.0, real(*confidences)).thresholds(0.05).answer == 0.96


def test_the_limit_is_the_lowest_that_bears_the_budget_by_hand() -> None:
    """60 at 0.98 and 60 at 0.80, 12 of these wrong: (12 + 20 x 0.11) / (120 + 20) = 0.1014 of all."""
    confidences, right = [0.98] * 60 + [0.80] * 60, [True] * 108 + [False] * 12
    calibration = Calibration(1.0, 0.0, judged(confidences, right))
    assert calibration.thresholds(0.102).answer == 0.80
    assert calibration.thresholds(0.050).answer == 0.98


def test_too_few_real_questions_do_not_move_the_limit() -> None:
    few = [0.99] * (ENOUGH_REAL - 1)
    assert Calibration(1.0, 0.0, real(*few)).thresholds(0.05).answer == pytest.approx(0.9)
    assert Calibration(1.0, 0.0, real(*few, 0.97)).thresholds(0.05).answer == pytest.approx(0.97)


def test_own_questions_and_strangers_do_not_move_the_limit() -> None:
    known = (*examples(*[(0.99, True)] * 500), *examples(*[(0.2, False)] * 500, stranger=True))
    assert Calibration(1.0, 0.0, known).thresholds(0.05).answer == pytest.approx(0.9)


def test_where_no_real_question_bears_the_budget_only_what_is_surer_than_all_of_them_is_answered() -> None:
    unsure = judged([0.6] * 200, [True, True, True, False, False] * 40)
    assert Calibration(1.0, 0.0, unsure).thresholds(0.05).answer == pytest.approx(0.9)
    wrong = judged([0.97] * 200, [False] * 200)
    assert Calibration(1.0, 0.0, wrong).thresholds(0.05).answer > 0.97


def test_a_larger_budget_answers_more() -> None:
    answers = [UNCALIBRATED.thresholds(budget).answer for budget in (0.001, 0.05, 0.2, 0.5)]
    assert answers == sorted(answers, reverse=True)
    assert 0 <= answers[-1] < answers[0] < 1


def test_suggestions_begin_where_most_strangers_are_left_behind() -> None:
    strangers = examples(*((place / 100, False) for place in range(101)), stranger=True)
    known = examples(*[(0.99, True)] * 60)
    assert Calibration(1.0, 0.0, known + strangers).thresholds(0.01).suggest == pytest.approx(0.9)


def test_suggestions_never_begin_above_answers() -> None:
    thresholds = Calibration(1.0, 0.0, examples((0.99, False), stranger=True)).thresholds(0.05)
    assert thresholds.suggest == thresholds.answer == pytest.approx(0.9)


def test_without_strangers_suggestions_begin_half_way_to_answers() -> None:
    thresholds = UNCALIBRATED.thresholds(0.05)
    assert (thresholds.answer, thresholds.suggest) == pytest.approx((0.9, 0.45))


def test_a_calibration_is_the_same_after_saving(tmp_path: Path) -> None:
    calibration = Calibration(0.1, -2.5, (*examples((1 / 3, True), (0.2, False)), *real(0.5)))
    calibration.save(tmp_path / "calibration.json")
    assert Calibration.load(tmp_path / "calibration.json") == calibration
