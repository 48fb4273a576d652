from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index import rehearse as rehearsal
from index.catalogue import Catalogue
from index.centre import unit
from index.encoder import Vectors
from index.head import OTHERS
from index.rank import Asked, Layout
from index.rehearse import FOLDS, QUESTIONS, Rehearsed, rehearse, taught
from index.vectors import FieldVectors, Mask
from index.words import Words
from kb.article import Article
from kb.passage import Passage

DIMENSION = 64


class Shop:
    """Articles with a title, a passage and a few alternate questions each, in that order.

    Questions lie the farther from their article's subject the larger `spread` is; each has a word of its own.
    """

    def __init__(self, articles: int, each: int, spread: float) -> None:
        random = np.random.default_rng(0)
        self.articles = tuple(
            Article(
                f"a{number}",
                "en",
                f"Title {number}",
                "",
                1,
                f"en/a{number}.md",
                questions=tuple(f"ask own{number}x{place}" for place in range(each)),
            )
            for number in range(articles)
        )
        passages = tuple(Passage(article, (), "", "Text.", 1, 1) for article in self.articles)
        self.catalogue = Catalogue(self.articles, passages)
        subjects = random.normal(size=(articles, DIMENSION))
        noise = random.normal(size=(len(self.catalogue.fields), DIMENSION))
        of_question = self.catalogue.layout.is_question[:, None]
        spread_out = subjects[self.catalogue.article_of_field] + spread * noise * of_question
        self.centred: Vectors = unit(spread_out.astype(np.float32))
        self.vectors = FieldVectors.build(self.centred)

    def rehearsed(self) -> list[Rehearsed]:
        counts = self.catalogue.word_counts()
        return rehearse(self.catalogue, counts, self.vectors, self.centred, self.ask)

    def ask(self, places: Sequence[int]) -> list[Asked]:
        return [Asked(self.catalogue.fields[place].text, self.centred[place], "en", 0.5) for place in places]

    @property
    def questions(self) -> list[str]:
        return [question for article in self.articles for question in article.questions]


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> list[Mask]:
    """Which fields each ranker was made without, in order."""
    seen: list[Mask] = []

    class Watched(rehearsal.Ranker):
        def __init__(self, *arguments: object, without: Mask) -> None:
            seen.append(without)
            super().__init__(*arguments, without=without)  # type: ignore[arg-type]

    monkeypatch.setattr(rehearsal, "Ranker", Watched)
    return seen


def asked(rehearsed: Sequence[Rehearsed]) -> list[str]:
    return [question.asked.text for question in rehearsed]


def test_every_question_is_asked_once_with_its_own_vector_language_and_topic() -> None:
    shop = Shop(articles=6, each=3, spread=0.3)
    found = shop.rehearsed()
    assert sorted(asked(found)) == sorted(shop.questions)
    fields = {field.text: place for place, field in enumerate(shop.catalogue.fields)}
    for question in found:
        place = fields[question.asked.text]
        assert question.asked.vector.tolist() == shop.centred[place].tolist()
        assert question.topic == shop.catalogue.article_of_field[place]
        assert question.asked.language == "en"


def test_questions_that_resemble_their_articles_others_find_them() -> None:
    for question in Shop(articles=12, each=5, spread=0.3).rehearsed():
        assert question.right.tolist() == [topic == question.topic for topic in question.found.topics]
        assert question.right[0]


def test_folds_are_disjoint_and_hold_every_question(missing: list[Mask]) -> None:
    shop = Shop(articles=6, each=3, spread=0.3)
    shop.rehearsed()
    assert len(missing) == FOLDS
    times = np.sum(missing, axis=0)
    assert times.tolist() == shop.catalogue.layout.is_question.astype(int).tolist()
    assert max(fold.sum() for fold in missing) - min(fold.sum() for fold in missing) <= 1


def test_fewer_questions_than_folds_are_each_missing_alone(missing: list[Mask]) -> None:
    shop = Shop(articles=3, each=1, spread=0.3)
    assert len(shop.rehearsed()) == 3
    assert [int(fold.sum()) for fold in missing] == [1, 1, 1]


def test_a_small_sample_of_many_is_missing_at_once(missing: list[Mask]) -> None:
    """More than `FOLDS` times as many questions as are asked: one ranker does without all of them."""
    shop = Shop(articles=310, each=10, spread=0.3)
    found = asked(shop.rehearsed())
    assert len(set(found)) == len(found) == QUESTIONS < len(shop.questions) / FOLDS
    assert [int(fold.sum()) for fold in missing] == [QUESTIONS]
    assert {shop.catalogue.fields[place].text for place in np.flatnonzero(missing[0])} == set(found)


def test_a_large_sample_is_missing_a_fifth_at_a_time(missing: list[Mask]) -> None:
    shop = Shop(articles=QUESTIONS + 20, each=1, spread=0.3)
    assert len(shop.rehearsed()) == QUESTIONS
    assert [int(fold.sum()) for fold in missing] == [QUESTIONS // FOLDS] * FOLDS


def test_a_question_is_not_known_by_its_own_field() -> None:
    """Questions that share nothing with their article's others would be found by their own field alone."""
    shop = Shop(articles=30, each=3, spread=1000.0)
    found = shop.rehearsed()
    assert np.mean([question.right[0] for question in found]) < 0.1
    fields = shop.catalogue.fields
    for question in found:
        assert question.asked.text not in [fields[place].text for place in question.found.field]
        assert question.found.similarity.max() < 0.9


def test_a_question_is_not_known_by_its_own_words() -> None:
    """Half of each question's words are its own: in the whole index its article covers them."""
    shop = Shop(articles=6, each=3, spread=0.3)
    whole = Words.build(shop.catalogue.texts(), shop.catalogue.layout.languages)
    for question in shop.rehearsed():
        assert whole.known(question.asked.text)["en"] == 1.0
        assert whole.spoken(question.asked.text).coverage.argmax() == question.topic
        assert question.found.known.tolist() == [0.5] * len(question.found)


def test_a_question_is_not_known_to_the_head() -> None:
    """What is left says nothing of where a question belongs: the head that has seen it would be sure."""
    shop = Shop(articles=8, each=3, spread=1000.0)
    seen = taught(shop.catalogue.layout, shop.centred).of[OTHERS]
    found = shop.rehearsed()
    chances = []
    for question in found:
        assert seen.log_probabilities(question.asked.vector[None])[0].argmax() == question.topic
        chances.append(float(np.exp(question.found.log_probability[question.right][0])))
    assert all(question.found.log_probability.any() for question in found)  # there was one
    assert np.mean(chances) < 0.25


def test_questions_of_other_folds_are_known() -> None:
    """Each article has one question twice, far from its title and passage: one speaks for the other."""
    shop = Shop(articles=20, each=2, spread=1000.0)
    for first, second in zip(
        *(np.flatnonzero(shop.catalogue.layout.is_question)[i::2] for i in (0, 1)), strict=True
    ):
        shop.centred[second] = shop.centred[first]
    shop.vectors = FieldVectors.build(shop.centred)
    right = [question for question in shop.rehearsed() if question.right[0]]
    assert len(right) > 20
    assert all(question.found.similarity[0] == pytest.approx(1.0, abs=1e-5) for question in right)


def test_titles_and_headings_are_not_asked() -> None:
    assert Shop(articles=4, each=0, spread=0.3).rehearsed() == []


def test_the_same_knowledge_is_rehearsed_alike() -> None:
    first, second = (Shop(articles=8, each=4, spread=0.5).rehearsed() for _ in range(2))
    assert asked(first) == asked(second)
    for before, after in zip(first, second, strict=True):
        assert before.found.total.tolist() == after.found.total.tolist()


def test_which_candidates_are_right_is_told_by_their_topics() -> None:
    shop = Shop(articles=4, each=2, spread=0.3)
    question = shop.rehearsed()[0]
    nowhere = Rehearsed(Asked("?", question.asked.vector, "en", 0.5), question.found, 99)
    assert not nowhere.right.any()
    assert question.right.sum() == 1


def test_a_head_is_taught_by_titles_questions_and_headings_and_not_by_passages() -> None:
    """A passage that lies elsewhere than its article's questions changes nothing."""
    shop = Shop(articles=4, each=3, spread=0.3)
    layout = shop.catalogue.layout
    moved = np.where(layout.is_passage[:, None], -shop.centred, shop.centred)
    before, after = (taught(layout, centred).of[OTHERS] for centred in (shop.centred, moved))
    assert before.weights.tolist() == after.weights.tolist()
    assert before.log_probabilities(shop.centred)[:3].argmax(axis=1).tolist() == [0, 0, 0]


def test_where_no_article_has_questions_there_is_no_head() -> None:
    shop = Shop(articles=4, each=0, spread=0.3)
    assert taught(shop.catalogue.layout, shop.centred).of == {}


def test_fields_that_are_not_allowed_teach_nothing() -> None:
    shop = Shop(articles=4, each=3, spread=0.3)
    layout = shop.catalogue.layout
    assert taught(layout, shop.centred, ~layout.is_question).of == {}
    without_last = layout.article_of_field != 3
    head = taught(layout, shop.centred, without_last).of[OTHERS]
    last = shop.centred[~without_last & layout.is_question]
    assert (np.exp(head.log_probabilities(last))[:, 3] < 1e-6).all()


def test_a_translation_leaves_the_head_of_the_first_language_as_it_was() -> None:
    """Three articles in English, two of them in Chinese as well: English questions are judged as before."""
    shop = Shop(articles=5, each=3, spread=0.3)
    together = translated(shop.catalogue.layout, ("en", "en", "en", "zh", "zh"), (0, 1, 2, 0, 1))
    english = together.article_of_field < 3
    alone = translated(shop.catalogue.layout, ("en",) * 5, (0, 1, 2, 3, 4))
    before = taught(alone, shop.centred, english).of[OTHERS]
    after = taught(together, shop.centred)
    assert after.of["en"].weights.tolist() == before.weights[:3].tolist()
    assert after.of["en"].biases.tolist() == before.biases[:3].tolist()
    assert after.of["zh"].weights.tolist() != after.of["en"].weights.tolist()


def test_an_article_that_has_no_version_in_a_language_is_known_to_its_head_by_the_others() -> None:
    shop = Shop(articles=5, each=3, spread=0.3)
    layout = translated(shop.catalogue.layout, ("en", "en", "en", "zh", "zh"), (0, 1, 2, 0, 1))
    third = shop.centred[layout.is_question & (layout.article_of_field == 2)]
    found = taught(layout, shop.centred).log_probabilities(third, "zh")
    assert found is not None
    assert found.argmax(axis=1).tolist() == [2, 2, 2]


def test_questions_in_a_language_of_no_article_are_judged_by_all() -> None:
    shop = Shop(articles=4, each=3, spread=0.3)
    layout = translated(shop.catalogue.layout, ("en", "en", "zh", "zh"), (0, 1, 0, 1))
    found = taught(layout, shop.centred).log_probabilities(shop.centred, "de")
    assert found is not None
    owners = layout.topic_of_article[layout.article_of_field]
    assert found.argmax(axis=1).tolist() == owners.tolist()


def translated(layout: Layout, languages: Sequence[str], topics: Sequence[int]) -> Layout:
    return replace(layout, languages=languages, topic_of_article=np.array(topics, np.int64))
