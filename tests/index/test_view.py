import numpy as np
import pytest

from index.centre import unit
from index.encoder import PROMPTS, Vectors
from index.view import LONG, PROMPT_OF, SHORT, VIEWS, joined


def vectors(count: int, seed: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, 7)).astype(np.float32))


def test_the_inner_product_of_joined_views_is_the_mean_of_two_cosines() -> None:
    asked, stated, other_asked, other_stated = (vectors(5, seed) for seed in range(4))
    found = joined(asked, stated) @ joined(other_asked, other_stated).T
    assert found == pytest.approx((asked @ other_asked.T + stated @ other_stated.T) / 2, abs=1e-6)


def test_a_question_meets_a_passage_by_the_mean_of_both_its_views() -> None:
    asked, stated, passage = (vectors(1, seed)[0] for seed in range(3))
    found = joined(asked, stated) @ joined(passage, passage)
    assert found == pytest.approx((asked @ passage + stated @ passage) / 2, abs=1e-6)


def test_joined_unit_vectors_have_length_1_and_twice_the_dimension() -> None:
    both = joined(vectors(5, 0), vectors(5, 1))
    assert both.shape == (5, 14)
    assert both.dtype == np.float32
    assert np.linalg.norm(both, axis=1) == pytest.approx(np.ones(5), abs=1e-6)


def test_short_texts_are_seen_through_both_prompts_and_passages_through_one() -> None:
    assert [PROMPT_OF[view] for view in SHORT] == list(PROMPTS) == ["query", "passage"]
    assert [PROMPT_OF[view] for view in LONG] == ["passage", "passage"]
    assert {*SHORT, *LONG} == set(VIEWS) == set(PROMPT_OF)
