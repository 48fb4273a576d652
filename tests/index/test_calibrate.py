import numpy as np
import pytest

from index.calibrate import PRIOR, QUESTIONS, WEIGHT_OF_QUESTIONS, WEIGHT_OF_STRANGERS, Known, calibrate
from index.centre import unit
from index.confidence import FEATURES
from index.encoder import Vectors
from index.head import train, worth_training
from index.rank import Asked, Ranker
from index.vectors import FieldVectors
from index.words import Words

DIMENSION = 64


class Shop:
    """Articles of one passage and a few questions, which lie the farther apart the larger `spread` is."""

    def __init__(self, articles: int, each: int, spread: float, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        self.articles = articles
        self.owners = np.repeat(np.arange(articles), each)
        subjects = random.normal(size=(articles, DIMENSION))
        noise = random.normal(size=(len(self.owners), DIMENSION))
        self.vectors: Vectors = unit((subjects[self.owners] + spread * noise).astype(np.float32))
        self.passages: Vectors = unit(subjects.astype(np.float32))
        self.far: Vectors = unit(random.normal(size=(80, DIMENSION)).astype(np.float32))

    @property
    def ranker(self) -> Ranker:
        return Ranker(
            FieldVectors.build(np.vstack([self.vectors, self.passages])),
            Words.build(["text"] * self.articles, ["en"] * self.articles),
            train(self.vectors, self.owners, self.articles) if worth_training(self.owners) else None,
            np.append(self.owners, np.arange(self.articles)),
            np.arange(self.articles),
            np.arange(len(self.owners) + self.articles) >= len(self.owners),
        )

    @property
    def questions(self) -> list[Known]:
        return [
            Known(Asked("how?", vector), "en", int(owner), place)
            for place, (owner, vector) in enumerate(zip(self.owners, self.vectors, strict=True))
        ]

    @property
    def strangers(self) -> list[Known]:
        return [Known(Asked("what?", vector), "da", None) for vector in self.far]


def test_questions_that_resemble_their_articles_others_are_right_and_sure() -> None:
    shop = Shop(articles=12, each=5, spread=0.3)
    examples = calibrate(shop.ranker, shop.questions, shop.strangers, shop.articles).examples
    own = [example for example in examples if not example.stranger]
    strangers = [example for example in examples if example.stranger]
    assert len(own) == 60
    assert all(example.right for example in own)
    assert len(strangers) == 80
    assert not any(example.right for example in strangers)
    assert {example.language for example in own} == {"en"}
    assert min(example.confidence for example in own) > max(example.confidence for example in strangers)


def test_a_question_is_asked_as_if_the_index_had_never_held_it() -> None:
    """Questions that share nothing with their article's others are found by their own field or head alone."""
    shop = Shop(articles=30, each=3, spread=1000.0)
    examples = calibrate(shop.ranker, shop.questions, (), shop.articles).examples
    assert np.mean([example.right for example in examples]) < 0.1


def test_where_half_of_the_questions_go_wrong_confidence_says_so() -> None:
    shop = Shop(articles=40, each=5, spread=3.0)
    examples = calibrate(shop.ranker, shop.questions, shop.strangers, shop.articles).examples
    own = [example for example in examples if not example.stranger]
    right = np.mean([example.right for example in own])
    assert 0.3 < right < 0.7
    assert np.mean([example.confidence for example in own]) == pytest.approx(right, abs=0.25)


def test_without_questions_the_coefficients_are_the_prior() -> None:
    shop = Shop(articles=3, each=2, spread=0.1)
    calibration = calibrate(shop.ranker, (), (), shop.articles)
    assert calibration.coefficients == tuple(PRIOR)
    assert calibration.examples == ()


def test_the_same_knowledge_gives_the_same_calibration() -> None:
    shop = Shop(articles=8, each=4, spread=0.5)
    first, second = (calibrate(shop.ranker, shop.questions, shop.strangers, shop.articles) for _ in range(2))
    assert first == second
    assert len(first.coefficients) == len(FEATURES) + 1


def test_of_very_many_questions_only_a_sample_is_asked() -> None:
    shop = Shop(articles=620, each=1, spread=0.3)
    examples = calibrate(shop.ranker, shop.questions, (), shop.articles).examples
    assert len(shop.questions) > len(examples) == QUESTIONS


def test_strangers_weigh_a_fifth_however_many_there_are() -> None:
    """Eighty strangers said twice change nothing: their weight is shared among them."""
    shop = Shop(articles=8, each=4, spread=0.5)
    once = calibrate(shop.ranker, shop.questions, shop.strangers, shop.articles)
    twice = calibrate(shop.ranker, shop.questions, shop.strangers * 2, shop.articles)
    assert twice.coefficients == pytest.approx(once.coefficients, abs=0.02)
    assert pytest.approx(0.2) == WEIGHT_OF_STRANGERS / (WEIGHT_OF_STRANGERS + WEIGHT_OF_QUESTIONS)
