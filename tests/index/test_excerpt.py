from dataclasses import replace

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.encoder import Vectors
from index.excerpt import Excerpts
from index.rank import Asked
from index.vectors import FieldVectors
from index.words import Words
from kb.article import Article
from kb.passage import Passage

PARCELS = Article("parcels", "en", "Parcels", "", 1, "en/parcels.md")
LETTERS = Article("letters", "en", "Letters", "", 1, "en/letters.md")
TEXTS = (
    "Every parcel is insured.",
    "A parcel to Norway costs money.",
    "The parcel waits at the zeppelin counter.",
)
ACROSS, ALONG = np.eye(2, dtype=np.float32)


def excerpts(
    *headings: str,
    near: tuple[str, ...] = (),
    questions: tuple[str, ...] = (),
    texts: tuple[str, ...] = TEXTS,
) -> Excerpts:
    """Of an article with these texts below the given headings; fields named in `near` lie along."""
    parcels = replace(PARCELS, questions=questions)
    above: list[tuple[str, ...]] = [(heading,) for heading in headings] or [()] * len(texts)
    passages = [Passage(parcels, heading, "", text, 1, 1) for heading, text in zip(above, texts, strict=True)]
    catalogue = Catalogue(
        (parcels, LETTERS), (*passages, Passage(LETTERS, (), "", "A letter costs money.", 1, 1))
    )
    is_near = [
        field.text in near or (field.kind == "passage" and field.text.endswith(near))
        for field in catalogue.fields
    ]
    vectors: Vectors = np.array([ALONG if along else ACROSS for along in is_near])
    lexicon = Words.build(catalogue.texts(), ["en", "en"])
    return Excerpts(catalogue, FieldVectors.build(vectors), lexicon)


def chosen(found: Excerpts, question: str) -> int:
    return TEXTS.index(found.best(0, Asked(question, ALONG, "en", 0.5)).text)


LONG = "could you please tell me now how all of this works with you in general"
"""A question that shares no word with any passage."""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_passage_that_lies_nearest_is_shown(place: int) -> None:
    assert chosen(excerpts(near=(TEXTS[place],)), LONG) == place


def test_a_passage_below_a_heading_that_lies_near_is_shown() -> None:
    found = excerpts("Insurance", "Prices", "Counters", near=("Parcels - Prices",))
    assert chosen(found, LONG) == 1


def test_the_passage_that_holds_the_word_of_the_question_is_shown() -> None:
    assert chosen(excerpts(), "zeppelin") == 2
    assert chosen(excerpts(), "Norway?") == 1


def test_a_table_is_found_by_the_names_of_what_it_says_short() -> None:
    table = "| | DE | PL |\n|---|---|---|\n| Parcel | 2 | 3 |"
    found = excerpts(texts=(TEXTS[0], TEXTS[1], table))
    assert found.best(0, Asked("Germany", ALONG, "en", 0.5)).text == table


def test_a_word_that_the_articles_questions_repeat_tells_no_passage() -> None:
    once = ("when does the zeppelin fly", "what is insured", "what does it cost")
    assert chosen(excerpts(questions=once), "zeppelin") == 2
    assert chosen(excerpts(questions=(*once, "is the zeppelin late")), "zeppelin") == 0


def test_the_word_of_a_heading_counts_as_one_of_its_passage() -> None:
    assert chosen(excerpts("Insurance", "Prices", "Counters"), "counters") == 2


def test_a_short_question_that_says_little_is_answered_near_the_top() -> None:
    assert chosen(excerpts(), "parcel") == 0
    assert chosen(excerpts(), "?") == 0


def test_a_long_question_that_says_what_the_title_says_is_answered_near_the_top() -> None:
    later = TEXTS[2] + " And so on, as it says elsewhere."
    texts = (TEXTS[0], TEXTS[1], later)
    assert excerpts(texts=texts).best(0, Asked(LONG, ALONG, "en", 0.5)).text == later
    assert excerpts(texts=texts, near=("Parcels",)).best(0, Asked(LONG, ALONG, "en", 0.5)).text == TEXTS[0]


def test_a_passage_of_the_asked_article_is_shown_whatever_another_says() -> None:
    found = excerpts(near=("A letter costs money.",))
    assert found.best(0, Asked("a letter costs money", ALONG, "en", 0.5)).article == PARCELS
    assert found.best(1, Asked("zeppelin parcel", ALONG, "en", 0.5)).article == LETTERS


def test_the_passage_that_states_what_the_question_expects_is_shown() -> None:
    texts = (
        "The box goes somewhere far away.",
        "The box comes after 9 days.",
        "The box costs kr. 9 anywhere.",
    )
    found = excerpts(texts=texts)

    def shown(question: str) -> str:
        return found.best(0, Asked(question, ALONG, "en", 0.5)).text

    assert shown(LONG) == texts[0]
    assert shown(f"how long does it take, {LONG}") == texts[1]
    assert shown(f"how much is it, {LONG}") == texts[2]
