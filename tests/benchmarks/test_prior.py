import numpy as np

from index.confidence import prior, sigmoid
from tests.benchmarks.prior import Asked, refreshed

QUESTIONS = 4000


def asked(shift: float, near: float = 0.0) -> Asked:
    """A knowledge base where the prior's log odds are off by `shift`; `near`: the last feature."""
    chance = np.random.default_rng(7)
    rows = prior().usual + prior().spread * chance.normal(size=(QUESTIONS, len(prior().usual)))
    rows = np.column_stack([rows, np.full(QUESTIONS, near)])
    right = chance.random(QUESTIONS) < sigmoid(prior().logits(rows) + shift)
    return Asked("base", rows, right, "set", varied=False)


def intercepts(shift: float) -> tuple[float, float]:
    refreshed_prior = refreshed([asked(shift)], prior())
    return prior().coefficients[-1], refreshed_prior.coefficients[-1]


def test_a_prior_that_is_right_stays_as_it_is():
    before, after = intercepts(0.0)
    assert abs(after - before) < 0.2


def test_a_prior_that_promises_too_much_is_moved_toward_what_is_seen():
    before, after = intercepts(-2.0)
    assert after < before - 1.0


def test_what_names_left_out_take_off_is_not_taken_off_twice():
    base = asked(0.0, near=-0.25)
    whole = refreshed([base], prior())
    promised = sigmoid(whole.logits(base.rows)).mean()
    assert abs(promised - base.right.mean()) < 0.02
