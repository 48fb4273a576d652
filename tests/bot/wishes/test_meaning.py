import numpy as np
import pytest

from bot.wishes.meaning import (
    ENOUGH,
    ENOUGH_OF_DANGER,
    ENOUGH_OF_FEW,
    MEANT,
    PLAIN_DANGER,
    WishClassifier,
    classifier,
)
from index.model import DEFAULT


@pytest.fixture
def three():
    """A classifier of three dimensions, one for each of its wishes."""
    weights = np.vstack([10 * np.eye(3), np.zeros(3)]).astype(np.float32)
    return WishClassifier("m", ("other", "person", "upset"), np.zeros(3, np.float32), weights)


def test_the_nearest_wish_is_read_and_the_probabilities_are_of_one(three):
    assert three.wish(np.array([0, 1, 0], np.float32)) == "person"
    assert three.wish(np.array([0, 0, 2], np.float32)) == "upset"
    found = three.probabilities(np.array([0, 1, 0], np.float32))
    assert sum(found.values()) == pytest.approx(1)
    assert found["person"] == pytest.approx(np.exp(10) / (np.exp(10) + 2))


def test_no_wish_is_read_where_none_is_plain(three):
    assert three.wish(np.array([1, 0, 0], np.float32)) is None
    undecided = np.array([1, 1, 1], np.float32)
    assert max(three.probabilities(undecided).values()) < ENOUGH
    assert three.wish(undecided) is None


def test_anger_in_a_few_words_must_be_plainer(three):
    between = np.array([0.68, 0, 0.73], np.float32)
    assert ENOUGH < three.probabilities(between)["upset"] < ENOUGH_OF_FEW
    assert three.wish(between) == "upset"
    assert three.wish(between, few_words=True) is None
    assert three.wish(np.array([0, 0, 2], np.float32), few_words=True) == "upset"
    person = np.array([0.68, 0.73, 0], np.float32)
    assert three.wish(person, few_words=True) == "person"


def test_what_two_columns_say_of_one_wish_is_added(three):
    split = WishClassifier("m", ("other", "upset", "upset"), three.mean, three.weights)
    found = split.probabilities(np.array([0, 1, 1], np.float32))
    assert found.keys() == {"other", "upset"}
    assert found["upset"] > 0.99
    assert split.wish(np.array([0, 1, 1], np.float32)) == "upset"


def test_it_reads_the_vectors_of_its_own_model_only():
    assert classifier("another") is None
    ours = classifier(DEFAULT)
    assert ours is not None
    assert set(ours.wishes) == {"other", "danger", *MEANT}
    assert ours.weights.shape == (len(ours.mean) + 1, len(ours.wishes))


def test_danger_need_not_be_likeliest_and_is_to_be_plain_where_it_may_be_a_question(three):
    fitted = WishClassifier("m", ("other", "danger", "person"), three.mean, three.weights)
    between = np.array([1.05, 1, -2], np.float32)
    assert ENOUGH_OF_DANGER < fitted.probabilities(between)["danger"] < 0.5
    assert ENOUGH_OF_DANGER < fitted.danger(between) < PLAIN_DANGER
    assert fitted.danger(np.array([0, 3, 0], np.float32)) > PLAIN_DANGER
    assert fitted.wish(np.array([0, 3, 0], np.float32)) is None
