import numpy as np
import pytest

from index.encoder import Vectors
from index.head import UNKNOWN, Head
from index.rank import (
    BY_WORDS,
    DEVIATION,
    NEAREST,
    SHARE_OF_ARTICLE,
    WEIGHT_OF_HEAD,
    WEIGHT_OF_WORDS,
    Asked,
    Ranker,
)
from index.vectors import FieldVectors
from index.words import Words


def directions(*degrees: float) -> Vectors:
    """Unit vectors in a plane."""
    angles = np.radians(np.array(degrees, np.float32))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


FIELDS = directions(0, 20, 90, 80, 180, 200)
"""Title and passage of three articles: at 0 and 20, 90 and 80, 180 and 200 degrees."""
TEXTS = ["parcels and gifts", "invoices and receipts", "zwrot"]
LANGUAGES = ["en", "en", "pl"]


def ranker(topics: tuple[int, ...] = (0, 1, 2), head: Head | None = None) -> Ranker:
    return Ranker(
        FieldVectors.build(FIELDS),
        Words.build(TEXTS, LANGUAGES),
        head,
        article_of_field=np.repeat(np.arange(3), 2),
        topic_of_article=np.array(topics, np.int64),
        is_passage=np.tile([False, True], 3),
    )


def asked(degree: float, text: str = "?") -> Asked:
    return Asked(text, directions(degree)[0])


def test_topics_come_by_the_similarity_of_their_nearest_field() -> None:
    found = ranker().rank(asked(10))
    assert found.topics.tolist() == [0, 1, 2]
    assert found.field.tolist() == [0, 3, 5] or found.field.tolist() == [1, 3, 5]
    expected = np.cos(np.radians([10, 70, 170]))
    assert found.similarity == pytest.approx(expected, abs=1e-5)
    assert found.about == pytest.approx(np.cos(np.radians([10, 70, 170])), abs=1e-5)
    assert (np.diff(found.total) <= 0).all()


def test_the_total_is_the_weighed_sum_of_all_that_speaks_for_a_topic() -> None:
    head = Head(np.zeros((3, 2), np.float32), np.log(np.array([0.7, 0.2, 0.1], np.float32)))
    found = ranker(head=head).rank(asked(0, "gifts"))
    first = int(np.flatnonzero(found.topics == 0)[0])
    nearest, about = 1.0, np.cos(np.radians(20))
    by_hand = ((1 - SHARE_OF_ARTICLE) * nearest + SHARE_OF_ARTICLE * about) / DEVIATION
    by_hand += WEIGHT_OF_WORDS * 1.0 + WEIGHT_OF_HEAD * np.log(0.7)
    assert found.coverage[first] == pytest.approx(1.0, abs=1e-6)
    assert found.total[first] == pytest.approx(by_hand, abs=1e-4)
    assert np.exp(found.log_probability[first]) == pytest.approx(0.7, abs=1e-6)


def test_words_can_win_over_a_nearer_field() -> None:
    assert ranker().rank(asked(50)).topics[0] == 1
    assert ranker().rank(asked(50, "parcels gifts")).topics[0] == 0


def test_an_article_in_two_languages_is_one_topic() -> None:
    found = ranker(topics=(0, 1, 0)).rank(asked(185, "gifts"))
    assert found.topics.tolist() == [0, 1]
    assert found.field[0] == 4  # of the Polish version
    assert found.coverage[0] == pytest.approx(1.0, abs=1e-6)  # of the English one


def test_only_allowed_articles_are_looked_at() -> None:
    allowed = np.array([False, True, False])
    found = ranker().rank(asked(0, "parcels gifts zwrot"), allowed)
    assert found.topics.tolist() == [1]
    assert found.coverage.tolist() == [0.0]
    assert found.similarity == pytest.approx([np.cos(np.radians(80))], abs=1e-5)


@pytest.mark.parametrize(("shown", "hidden", "word", "degree"), [(0, 2, "zwrot", 190), (2, 0, "gifts", 10)])
def test_a_version_that_is_not_allowed_lends_its_topic_nothing(
    shown: int, hidden: int, word: str, degree: float
) -> None:
    """The hidden version is near and knows the word; the other one of the same topic does not."""
    found = ranker(topics=(0, 1, 0)).rank(asked(degree, word), np.arange(3) != hidden)
    first = int(np.flatnonzero(found.topics == 0)[0])
    assert found.field[first] // 2 == shown
    assert found.similarity[first] == pytest.approx(np.cos(np.radians(170)), abs=1e-5)
    assert found.about[first] == pytest.approx(np.cos(np.radians(170)), abs=1e-5)
    assert found.coverage[first] == found.bm25[first] == found.known[first] == 0.0


def test_nothing_allowed_gives_no_candidates() -> None:
    assert len(ranker().rank(asked(0, "gifts"), np.zeros(3, np.bool_))) == 0


def test_fields_to_be_ignored_are_ignored() -> None:
    found = ranker().rank(asked(0), without=[0])
    assert found.field[0] == 1
    assert found.similarity[0] == pytest.approx(np.cos(np.radians(20)), abs=1e-5)


def test_a_head_that_is_given_replaces_the_rankers_own() -> None:
    own = Head(np.zeros((3, 2), np.float32), np.array([0, -np.inf, -np.inf], np.float32))
    given = Head(np.zeros((3, 2), np.float32), np.array([-np.inf, 0, -np.inf], np.float32))
    found = ranker(head=own).rank(asked(0), head=given)
    assert dict(zip(found.topics.tolist(), found.log_probability.tolist(), strict=True)) == {
        0: UNKNOWN,
        1: 0.0,
        2: UNKNOWN,
    }


def test_an_article_beyond_the_nearest_fields_comes_in_by_its_words() -> None:
    """More fields lie nearer than are looked at; the last article alone has the word."""
    articles = NEAREST + BY_WORDS + 10
    degrees = np.linspace(0, 60, articles)
    texts = [f"number{place}" for place in range(articles - 1)] + ["needle"]
    found = Ranker(
        FieldVectors.build(directions(*degrees)),
        Words.build(texts, ["en"] * articles),
        None,
        np.arange(articles),
        np.arange(articles),
        np.ones(articles, np.bool_),
    )
    plain = found.rank(asked(0)).topics.tolist()
    assert articles - 1 not in plain
    assert len(plain) == NEAREST
    worded = found.rank(asked(0, "needle"))
    assert worded.topics[0] == articles - 1
    assert worded.similarity[0] == pytest.approx(np.cos(np.radians(60)), abs=1e-5)


def test_some_of_the_candidates_keep_what_speaks_for_them() -> None:
    found = ranker().rank(asked(10, "gifts"))
    kept = found.only(found.topics != 0)
    assert kept.topics.tolist() == found.topics[1:].tolist()
    assert kept.similarity.tolist() == found.similarity[1:].tolist()
    assert kept.total.tolist() == found.total[1:].tolist()
