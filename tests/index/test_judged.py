import numpy as np
import pytest

from index.calibrate import Judged
from index.catalogue import Catalogue
from index.centre import Means, unit
from index.judged import JudgedQuestion
from index.memory import Memory
from index.names import Names
from index.progress import silent
from index.view import SHORT, joined
from kb.article import Article
from tests.index.fakes import HashedEncoder

RETURNS = Article("returns", "en", "Returns", "", 1, "en/returns.md")
DELIVERY = Article("delivery", "en", "Delivery", "", 1, "en/delivery.md")
RETURNS_DA = Article("returns", "da", "Returnering", "", 1, "da/returns.md")
CATALOGUE = Catalogue((RETURNS, DELIVERY, RETURNS_DA), ())
NAMELESS = Names(frozenset())
QUESTION = "Kan jeg sende gaven tilbage?"


@pytest.fixture(scope="module")
def memory() -> Memory:
    memory, encoder = Memory({}), HashedEncoder()
    memory.know_samples(encoder, None)
    memory.embed(encoder, CATALOGUE, silent, [QUESTION])
    return memory


@pytest.fixture(scope="module")
def means(memory: Memory) -> Means:
    return Means.of_samples(memory.vectors)


def known(memory: Memory, means: Means, **judgement: frozenset[str]) -> Judged:
    return JudgedQuestion(QUESTION, "da", **judgement).known(CATALOGUE, memory, means, NAMELESS)


def test_the_slugs_that_answer_become_topics(memory: Memory, means: Means) -> None:
    """An article in two languages is one topic."""
    assert known(memory, means, answered_by=frozenset({"returns"})).right == {0}
    assert known(memory, means, answered_by=frozenset({"returns", "delivery"})).right == {0, 1}
    assert known(memory, means).right == frozenset()


def test_what_was_turned_down_is_wrong_and_nothing_is_known_of_the_rest(memory: Memory, means: Means) -> None:
    found = known(memory, means, turned_down=frozenset({"delivery"}))
    assert (found.right, found.wrong) == (frozenset(), {1})


def test_where_it_is_known_what_answers_nothing_is_listed_as_wrong(memory: Memory, means: Means) -> None:
    """None is not an empty set: of every other article it is known that it does not answer."""
    assert known(memory, means, answered_by=frozenset({"returns"})).wrong is None
    assert known(memory, means, turned_down=frozenset()).wrong == frozenset()


def test_slugs_that_are_gone_are_left_out(memory: Memory, means: Means) -> None:
    found = known(memory, means, answered_by=frozenset({"gone"}), turned_down=frozenset({"gone", "returns"}))
    assert (found.right, found.wrong) == (frozenset(), {0})


def test_a_judged_question_is_seen_as_a_customers_is(memory: Memory, means: Means) -> None:
    """By hand: in both views, without the Danish means."""
    asked = known(memory, means).asked
    assert (asked.text, asked.language) == (QUESTION, "da")
    raw = HashedEncoder().question(QUESTION)
    bare = [raw - means.get(view, "da") for view in SHORT]
    seen = joined(*map(unit, bare))
    assert asked.substance == pytest.approx(np.linalg.norm(bare, axis=1).mean(), abs=1e-6)
    assert asked.vector == pytest.approx(seen, abs=1e-6)
    assert np.linalg.norm(asked.vector) == pytest.approx(1.0, abs=1e-5)
