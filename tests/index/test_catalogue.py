from datetime import date
from pathlib import Path

import numpy as np

from index.catalogue import Catalogue
from index.words import words
from kb.article import Article
from kb.passage import Passage

RETURNS = Article(
    slug="returns",
    language="en",
    title='Returns & "refunds"',
    body="Text\u2028with a line separator\nand a tab\t.",
    body_line=7,
    path="en/returns.md",
    questions=("Send it back?", "退货？"),
    not_questions=("Home page?",),
    audience="agents",
    product="Kite 3",
    tags=("policy", "money"),
    owner="Ada",
    reviewed=date(2026, 3, 1),
    expires=date(2027, 12, 31),
    digest="abc",
)
DELIVERY = Article("delivery", "en", "Delivery", "Two days.", 1, "en/delivery.md")
RETURNS_ZH = Article("returns", "zh", "退货", "三十天。", 1, "zh/returns.md")
ARTICLES = (RETURNS, DELIVERY, RETURNS_ZH)
PASSAGES = (
    Passage(RETURNS, ("Price", "By post"), "by-post", "Text\u2028with\n\n- a list", 9, 12),
    Passage(RETURNS, (), "", "and a tab\t.", 13, 13),
    Passage(DELIVERY, (), "", "Two days.", 1, 1),
    Passage(RETURNS_ZH, (), "", "三十天。", 1, 1),
)


def test_articles_and_passages_are_the_same_after_saving(tmp_path: Path) -> None:
    Catalogue(ARTICLES, PASSAGES).save(tmp_path)
    loaded = Catalogue.load(tmp_path)
    assert loaded == Catalogue(ARTICLES, PASSAGES)
    assert loaded.fields == Catalogue(ARTICLES, PASSAGES).fields
    assert loaded.passages[3].article is loaded.articles[2]
    assert [vars(passage)["plain"] for passage in loaded.passages] == [passage.plain for passage in PASSAGES]


def test_an_article_in_two_languages_is_one_topic() -> None:
    catalogue = Catalogue(ARTICLES, PASSAGES)
    assert catalogue.slugs == ("returns", "delivery")
    assert catalogue.topic_of_article.tolist() == [0, 1, 0]
    assert catalogue.versions == {0: [0, 2], 1: [1]}
    assert catalogue.languages == ("en", "zh")


def test_fields_know_their_articles_and_passages() -> None:
    """Title, two questions, a passage with its heading and one without; title and passage of the others."""
    catalogue = Catalogue(ARTICLES, PASSAGES)
    kinds = ["title", "question", "question", "passage", "heading", "passage", *["title", "passage"] * 2]
    assert [field.kind for field in catalogue.fields] == kinds
    assert catalogue.article_of_field.tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 2, 2]
    layout = catalogue.layout
    assert layout.article_of_field.tolist() == catalogue.article_of_field.tolist()
    assert layout.topic_of_article.tolist() == [0, 1, 0]
    assert layout.is_passage.tolist() == [kind == "passage" for kind in kinds]
    assert layout.is_question.tolist() == [kind == "question" for kind in kinds]
    assert layout.languages == ("en", "en", "zh")
    passages = {article: places.tolist() for article, places in catalogue.passage_fields.items()}
    assert passages == {0: [3, 5], 1: [7], 2: [9]}
    assert {passage: places.tolist() for passage, places in catalogue.heading_fields.items()} == {0: [4]}


def test_the_words_of_an_article_are_all_of_its_texts_without_its_title_twice() -> None:
    text = Catalogue(ARTICLES, PASSAGES).texts()[0]
    assert text.count('Returns & "refunds"') == 1
    assert text.count("By post") == 1
    for part in ("Send it back?", "Price By post", "a list", "and a tab"):
        assert part in text
    assert "Home page?" not in text


def test_the_words_of_fields_that_are_to_be_ignored_are_left_out() -> None:
    """The first question of the first article; its second one and all else stay."""
    catalogue = Catalogue(ARTICLES, PASSAGES)
    counts = catalogue.word_counts()
    assert catalogue.said[1] == "Send it back?"
    own = [word for word in words("Send it back?", "en") if catalogue.texts()[0].casefold().count(word) == 1]
    whole, rest = counts.words(), counts.words(np.arange(len(catalogue.fields)) == 1)
    assert [whole.weight(word, "en") == rest.weight(word, "en") for word in own] == [False] * len(own)
    assert len(own) > 0
    for text in catalogue.said[2:]:
        assert rest.known(text)["en"] == whole.known(text)["en"]
