from functools import partial

import pytest

from tests.benchmarks.takeover import HASTE, judge, measure
from tests.loop import run
from tests.served import Served


@pytest.fixture
def served(tmp_path):
    served = Served(tmp_path / "var", tmp_path / "articles", **HASTE)
    served.start()
    yield served
    served.kill()


def test_eight_conversations_at_once_lose_double_and_disorder_nothing(served):
    outcome = run(partial(measure, served, conversations=8, messages=6, pause=0.5))
    assert (outcome.lost, outcome.doubled, outcome.disordered) == (0, 0, 0)
    assert len(outcome.to_agents) == len(outcome.to_customers) == 8 * 6


def test_what_is_missing_comes_again_or_comes_too_early_is_counted():
    assert judge(["a", "b", "c"], ["a", "b", "c"]) == (0, 0, 0)
    assert judge(["a", "b", "c"], ["a", "c"]) == (1, 0, 0)
    assert judge(["a", "b", "c"], ["a", "b", "b", "c"]) == (0, 1, 0)
    assert judge(["a", "b", "c"], ["b", "a", "c"]) == (0, 0, 1)
