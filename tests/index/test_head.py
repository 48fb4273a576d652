from pathlib import Path

import numpy as np
import pytest

from index.centre import unit
from index.encoder import Vectors
from index.head import LARGEST, OTHERS, UNKNOWN, Heads, train, worth_training

ARTICLES, DIMENSION = 4, 16


def questions_of(articles: list[int], each: int = 6) -> tuple[Vectors, np.ndarray]:
    """Questions near the direction of their article."""
    random = np.random.default_rng(1)
    owners = np.repeat(np.array(articles, np.int64), each)
    directions = np.eye(ARTICLES, DIMENSION)
    vectors = directions[owners] + 0.15 * random.normal(size=(len(owners), DIMENSION))
    return unit(vectors.astype(np.float32)), owners


@pytest.mark.parametrize("articles", [[0, 1, 2, 3], [1, 3]])
def test_a_new_question_goes_to_the_article_whose_questions_it_resembles(articles: list[int]) -> None:
    head = train(*questions_of(articles), ARTICLES)
    asked = np.eye(ARTICLES, DIMENSION, dtype=np.float32)[articles]
    found = head.log_probabilities(asked)
    assert found.argmax(axis=1).tolist() == articles
    assert np.exp(found.max(axis=1)).min() > 0.9
    assert np.exp(found).sum(axis=1) == pytest.approx(np.ones(len(articles)), abs=1e-5)


def test_articles_get_the_probabilities_of_a_logistic_regression() -> None:
    from sklearn.linear_model import LogisticRegression

    vectors, owners = questions_of([0, 1, 3])
    model = LogisticRegression(C=30.0, max_iter=200).fit(vectors, owners)
    found = np.exp(train(vectors, owners, ARTICLES).log_probabilities(vectors))
    assert found[:, [0, 1, 3]] == pytest.approx(model.predict_proba(vectors), abs=1e-4)


def test_an_article_without_questions_has_the_least_log_probability() -> None:
    found = train(*questions_of([1, 3]), ARTICLES).log_probabilities(np.eye(1, DIMENSION, dtype=np.float32))
    assert found[0, [0, 2]].tolist() == [UNKNOWN, UNKNOWN]
    assert found[0, [1, 3]].min() > UNKNOWN


def test_questions_of_one_article_only_are_all_that_articles() -> None:
    found = train(*questions_of([2]), ARTICLES).log_probabilities(np.eye(3, DIMENSION, dtype=np.float32))
    assert found.tolist() == [[UNKNOWN, UNKNOWN, 0.0, UNKNOWN]] * 3


@pytest.mark.parametrize(
    ("asking", "worth"),
    [
        ([], False),
        ([0, 0, 0, 0], False),  # one article
        ([0, 0, 1], False),  # one article with more than one, and one with one
        ([0, 1, 2, 3], False),  # one each
        ([0, 0, 1, 1], True),
        ([0, 0, 1, 1, 2], True),
    ],
)
def test_a_head_is_trained_where_two_articles_have_questions_to_learn_from(
    asking: list[int], worth: bool
) -> None:
    """Four articles with a title each, and alternate questions of these."""
    owners = np.array([0, 1, 2, 3, *asking])
    assert worth_training(owners, np.arange(len(owners)) >= ARTICLES) is worth


def test_titles_and_headings_alone_are_nothing_to_learn_from() -> None:
    owners = np.repeat(np.arange(4), 5)
    assert not worth_training(owners, np.zeros(len(owners), np.bool_))


def test_a_head_is_kept_where_most_other_articles_have_no_questions() -> None:
    """Two articles are asked after in two ways each, a thousand have a title and nothing else."""
    owners = np.append(np.arange(1_000), [0, 0, 1, 1])
    assert worth_training(owners, np.arange(len(owners)) >= 1_000)


def test_a_head_that_would_take_minutes_is_not_trained() -> None:
    articles = int(np.sqrt(LARGEST / 2))
    for count, worth in ((articles, True), (articles + 1, False)):
        owners = np.repeat(np.arange(count), 2)
        assert worth_training(owners, np.ones(len(owners), np.bool_)) is worth


ASKED = np.eye(4, DIMENSION, dtype=np.float32)


def log_probabilities(heads: Heads, language: str) -> list[list[float]] | None:
    found = heads.log_probabilities(ASKED, language)
    return None if found is None else found.tolist()


def test_a_question_is_judged_by_the_head_of_its_language_and_else_by_that_of_the_others() -> None:
    english, others = train(*questions_of([1, 3]), ARTICLES), train(*questions_of([0, 2]), ARTICLES)
    heads = Heads({"en": english, OTHERS: others})
    assert log_probabilities(heads, "en") == english.log_probabilities(ASKED).tolist()
    assert log_probabilities(heads, "de") == others.log_probabilities(ASKED).tolist()
    assert log_probabilities(Heads({"en": english}), "de") is None


@pytest.mark.parametrize("languages", [(), (OTHERS,), ("en", "zh", OTHERS)])
def test_heads_are_the_same_after_saving(tmp_path: Path, languages: tuple[str, ...]) -> None:
    heads = Heads({language: train(*questions_of([1, 3]), ARTICLES) for language in languages})
    heads.save(tmp_path / "heads.npz")
    loaded = Heads.load(tmp_path / "heads.npz")
    assert set(loaded.of) == set(languages)
    for language in (*languages, "de"):
        assert log_probabilities(loaded, language) == log_probabilities(heads, language)
