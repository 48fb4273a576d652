from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.weights import ENOUGH, LEAST, START, Weights, learn

Question = tuple[NDArray[np.float32], NDArray[np.bool_]]
NEAREST, ABOUT, WORDS, GRAMS, HEAD = range(5)
RIGHT = np.arange(6) == 2


def questions(decides: tuple[int, ...], misleads: tuple[int, ...] = (), count: int = 80) -> list[Question]:
    """Six candidates, of which the third is right: signals in `decides` say so, the others are by chance.

    Signals in `misleads` speak for every candidate but the right one.
    """
    random = np.random.default_rng(0)
    asked = []
    for _ in range(count):
        similarity, share = random.uniform(2, 6, size=(6, 2)), random.uniform(0, 0.6, size=(6, 2))
        signals = np.column_stack([similarity, share, np.log(random.dirichlet(np.ones(6)))])
        for column in decides:
            signals[2, column] = signals[:, column].max() + (0.4 if column in (WORDS, GRAMS) else 2.0)
        for column in misleads:
            signals[2, column] = signals[:, column].min() - (0.4 if column in (WORDS, GRAMS) else 2.0)
        asked.append((signals.astype(np.float32), RIGHT))
    return asked


def first_hits(asked: list[Question], weights: Weights) -> float:
    return float(np.mean([right[(signals @ weights.column).argmax()] for signals, right in asked]))


def test_where_words_decide_the_weights_move_towards_words() -> None:
    asked = questions(decides=(WORDS, GRAMS), misleads=(NEAREST, ABOUT))
    learned = learn(asked)
    assert learned.words > START.words
    assert learned.grams > START.grams
    assert learned.nearest < START.nearest
    assert learned.about < START.about
    assert first_hits(asked, learned) > first_hits(asked, START)


def test_where_meaning_decides_the_weights_move_towards_meaning() -> None:
    asked = questions(decides=(NEAREST, ABOUT), misleads=(WORDS, GRAMS))
    learned = learn(asked)
    assert learned.nearest > START.nearest
    assert learned.about > START.about
    assert learned.words < START.words
    assert learned.grams < START.grams
    assert first_hits(asked, learned) > first_hits(asked, START)


def test_the_gradient_leads_to_the_least_loss() -> None:
    """No weight near the learned ones gives the right candidates more of the probability, prior included."""
    from index.weights import SPREAD, STRENGTH

    asked = questions(decides=(WORDS,), misleads=(ABOUT,))
    learned = learn(asked).column

    def loss(weights: NDArray[np.float64]) -> float:
        missed = 0.0
        for signals, right in asked:
            raised = np.exp(signals.astype(np.float64) @ weights)
            missed -= np.log(raised[right].sum() / raised.sum())
        moved = (weights - START.column) / SPREAD
        return missed / len(asked) + STRENGTH / 2 * float(moved @ moved)

    for column in range(5):
        for step in (-0.1, 0.1):
            beside = learned.copy()
            beside[column] = max(LEAST, beside[column] + step)
            assert loss(beside) >= loss(learned) - 1e-6


def test_with_few_questions_the_weights_stay_where_they_start() -> None:
    asked = questions(decides=(WORDS,), misleads=(NEAREST,))
    assert learn([]) == learn(asked[: ENOUGH - 1]) == START
    assert learn(asked[:ENOUGH]) != START


def test_questions_that_say_nothing_do_not_count_as_questions() -> None:
    """Where no candidate is right, or every one, no weights are better than others."""
    asked = questions(decides=(WORDS,), misleads=(NEAREST,), count=ENOUGH - 1)
    signals = asked[0][0]
    silent = [(signals, np.zeros(6, np.bool_)), (signals, np.ones(6, np.bool_))] * ENOUGH
    assert learn([*asked, *silent]) == START


def test_no_weight_falls_below_the_least_however_much_a_signal_misleads() -> None:
    asked = questions(decides=(WORDS,), misleads=(NEAREST, ABOUT, GRAMS, HEAD), count=300)
    for signals, right in asked:
        signals[right, ABOUT] -= 20.0
    learned = learn(asked)
    assert min(astuple(learned)) >= LEAST
    assert learned.about == pytest.approx(LEAST, abs=1e-6)


def test_a_signal_that_never_differs_keeps_its_weight() -> None:
    asked = questions(decides=(WORDS,))
    for signals, _ in asked:
        signals[:, HEAD] = 0.0
    assert learn(asked).head == pytest.approx(START.head, abs=1e-6)


def test_two_right_candidates_share_what_is_won() -> None:
    """An article may be right in company: where either of two is first, nothing is left to learn."""
    signals = np.array([[9, 9, 0, 0, 0], [9, 9, 0, 0, 0], [0, 0, 0, 0, 0]], np.float32)
    learned = learn([(signals, np.array([True, True, False]))] * ENOUGH)
    assert astuple(learned) == pytest.approx(astuple(START), abs=1e-2)


def test_the_column_is_in_the_order_of_the_names() -> None:
    weights = Weights(nearest=1.0, about=2.0, words=3.0, grams=4.0, head=5.0)
    assert weights.column.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_weights_are_the_same_after_saving(tmp_path: Path) -> None:
    weights = replace(START, words=1 / 3, head=0.0)
    weights.save(tmp_path / "weights.json")
    assert Weights.load(tmp_path / "weights.json") == weights
