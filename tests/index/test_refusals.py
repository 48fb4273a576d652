import numpy as np

from index.refusals import Refusals
from tests.index.test_confidence import candidates


def test_a_refusal_speaks_for_its_own_topic_alone() -> None:
    refusals = Refusals(np.array([1]), np.array([[1.0, 0.0]], np.float32))
    found = candidates([0.9, 0.9, 0.9])
    nearer = np.array([1.0, 0.0], np.float32)
    assert refusals.refused(nearer, found).tolist() == [False, True, False]
    assert refusals.refused(-nearer, found).tolist() == [False, False, False]
    as_near = np.array([0.9, np.sqrt(1 - 0.81)], np.float32)
    assert refusals.refused(as_near, found).tolist() == [False, True, False]
