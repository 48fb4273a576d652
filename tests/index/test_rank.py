from dataclasses import replace

import numpy as np
import pytest

from index.confidence import SAID
from index.encoder import Vectors
from index.head import OTHERS, UNKNOWN, Head, Heads
from index.rank import (
    ACROSS_LANGUAGES,
    BY_WORDS,
    DEVIATION,
    FOREIGN,
    NEAREST,
    Asked,
    Candidates,
    Layout,
    Ranker,
    Rest,
)
from index.vectors import FieldVectors
from index.weights import START, Weights
from index.words import Words


def directions(*degrees: float) -> Vectors:
    """Unit vectors in a plane."""
    angles = np.radians(np.array(degrees, np.float32))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def cosine(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


FIELDS = directions(0, 20, 90, 80, 180, 200)
"""Title and passage of three articles: at 0 and 20, 90 and 80, 180 and 200 degrees."""
TEXTS = ["parcels and gifts", "invoices and receipts", "zwrot"]
LANGUAGES = ["en", "en", "pl"]
HEAD = Head(np.zeros((3, 2), np.float32), np.log(np.array([0.7, 0.2, 0.1], np.float32)))
"""Always 0.7, 0.2 and 0.1."""


def layout(
    topics: tuple[int, ...] = (0, 1, 2), languages: list[str] = LANGUAGES, titled: bool = True
) -> Layout:
    return Layout(
        article_of_field=np.repeat(np.arange(3), 2),
        topic_of_article=np.array(topics, np.int64),
        is_passage=np.tile([not titled, True], 3),
        is_question=np.zeros(6, np.bool_),
        languages=languages,
    )


def ranker(
    topics: tuple[int, ...] = (0, 1, 2),
    head: Head | None = None,
    weights: Weights = START,
    without: list[int] | None = None,
    texts: list[str] = TEXTS,
    titled: bool = True,
) -> Ranker:
    """Without titles each article has two passages."""
    missing = None if without is None else np.isin(np.arange(6), without)
    words = Words.build(texts, LANGUAGES)
    heads = Heads({} if head is None else {OTHERS: head})
    return Ranker(FieldVectors.build(FIELDS), words, heads, layout(topics, titled=titled), weights, missing)


def asked(degree: float, text: str = "?", language: str = "en") -> Asked:
    return Asked(text, directions(degree)[0], language, 0.5)


def place_of(found: Candidates, topic: int) -> int:
    return found.topics.tolist().index(topic)


def test_topics_come_by_the_similarity_of_their_nearest_field() -> None:
    found = ranker().rank(asked(10))
    assert found.topics.tolist() == [0, 1, 2]
    assert found.field.tolist() == [0, 3, 5] or found.field.tolist() == [1, 3, 5]
    assert found.similarity == pytest.approx([cosine(10), cosine(70), cosine(170)], abs=1e-5)
    assert (np.diff(found.total) <= 0).all()


@pytest.mark.parametrize("without", [None, [0, 3]])
def test_many_questions_are_ranked_as_each_is_alone(without: list[int] | None) -> None:
    found = ranker(head=HEAD, without=without)
    degrees = (0, 35, 80, 130, 200)
    questions = [asked(degree, f"gifts {word}") for degree in degrees for word in ("", "zwrot", "parcels")]
    questions += [asked(degree, "zwrot", "pl") for degree in range(0, 200, 20)]
    for one, many in zip(map(found.rank, questions), found.rank_each(questions), strict=True):
        assert many.topics.tolist() == one.topics.tolist()
        assert many.field.tolist() == one.field.tolist()
        assert many.total == pytest.approx(one.total, abs=1e-4)
    assert list(found.rank_each([])) == []


def test_whether_the_nearest_field_is_a_short_text_is_told() -> None:
    found = ranker().rank(asked(-5))
    assert dict(zip(found.topics.tolist(), found.short.tolist(), strict=True)) == {
        0: True,  # its title at 0 degrees
        1: False,  # its passage at 80
        2: False,  # its passage at 200
    }


def test_the_total_is_the_weighed_sum_of_all_that_speaks_for_a_topic() -> None:
    """A question at 0 degrees in the article's language: passages at 0 and 20 degrees."""
    weights = Weights(nearest=0.6, about=0.2, words=4.0, grams=3.0, head=0.5)
    found = ranker(head=HEAD, weights=weights, titled=False).rank(asked(0, "gifts"))
    spoken = Words.build(TEXTS, LANGUAGES).spoken("gifts")
    first = place_of(found, 0)
    by_hand = 0.6 * 1.0 / DEVIATION + 0.2 * cosine(10) / DEVIATION
    by_hand += 4.0 * float(spoken.coverage[0]) + 3.0 * float(spoken.grams[0]) + 0.5 * np.log(0.7)
    assert 0 < spoken.coverage[0] != spoken.grams[0] > 0
    assert found.total[first] == pytest.approx(by_hand, abs=1e-4)
    assert found.coverage[first] == spoken.coverage[0]
    assert np.exp(found.log_probability[first]) == pytest.approx(0.7, abs=1e-6)


def test_words_and_passages_of_another_language_count_for_less() -> None:
    """The same question to the same article, said to be Danish: its nearest field counts as before, of its
    passages' gist only a share counts, and the nearest field stands for the rest."""
    found = ranker(head=HEAD, titled=False).rank(asked(0, "gifts", "da"))
    first = place_of(found, 0)
    share = ACROSS_LANGUAGES
    assert 0 < share < 1
    spoken = Words.build(TEXTS, LANGUAGES).spoken("gifts")
    assert found.signals[first] == pytest.approx(
        [
            1.0 / DEVIATION,
            ((1 - share) * 1.0 + share * cosine(10)) / DEVIATION,
            share * spoken.coverage[0],
            share * spoken.grams[0],
            np.log(0.7),
        ],
        abs=1e-4,
    )
    assert found.coverage[first] == spoken.coverage[0]  # what confidence sees is as it was


def test_words_can_win_over_a_nearer_field() -> None:
    assert ranker().rank(asked(50)).topics[0] == 1
    assert ranker().rank(asked(50, "parcels gifts")).topics[0] == 0


def test_the_same_words_win_in_the_questions_language_and_not_across_languages() -> None:
    """Words that lift an English article over a nearer one don't where the question is Polish."""
    assert ranker().rank(asked(62, "parcels gifts", "en")).topics[0] == 0
    assert ranker().rank(asked(62, "parcels gifts", "pl")).topics[0] == 1


@pytest.mark.parametrize("shared", ["2026", "Zeppelin"])
def test_a_number_or_a_name_alone_does_not_find_an_article_of_another_subject(shared: str) -> None:
    """The far article alone has the shared word. Were it taken for full coverage, it would come first."""
    texts = [f"parcels and gifts {shared}", "invoices and receipts", "zwrot"]
    found = ranker(texts=texts).rank(asked(75, f"what about {shared}"))
    near, far = place_of(found, 1), place_of(found, 0)
    assert (near, far) == (0, 1)
    assert 0 < found.coverage[far] < 0.5
    full = found.signals.copy()
    full[far, 2:4] = 1.0
    assert (full @ START.column).argmax() == far


def test_letter_groups_lift_an_article_that_a_misspelt_question_names() -> None:
    found = ranker().rank(asked(51, "parsels giffts"))
    assert found.coverage.tolist() == [0.0, 0.0, 0.0]
    assert found.grams[place_of(found, 0)] > max(found.grams[place_of(found, 1)], 0.05)
    assert (ranker().rank(asked(51)).topics[0], found.topics[0]) == (1, 0)


def test_an_article_in_two_languages_is_one_topic() -> None:
    found = ranker(topics=(0, 1, 0)).rank(asked(185, "gifts"))
    assert sorted(found.topics.tolist()) == [0, 1]
    first = place_of(found, 0)
    assert found.field[first] == 4  # of the Polish version
    assert found.coverage[first] == Words.build(TEXTS, LANGUAGES).spoken("gifts").coverage[0]  # English


def test_of_two_versions_the_one_whose_words_say_more_to_the_asker_speaks() -> None:
    """Both versions hold the word; a Polish question hears the Polish one in full."""
    texts = ["zwrot gifts and parcels of any kind", "invoices", "zwrot"]
    found = ranker(topics=(0, 1, 0), texts=texts, titled=False).rank(asked(185, "zwrot", "pl"))
    spoken = Words.build(texts, LANGUAGES).spoken("zwrot")
    first = place_of(found, 0)
    assert spoken.coverage[0] != spoken.coverage[2] > 0
    assert found.signals[first, 2] == pytest.approx(spoken.coverage[2], abs=1e-6)
    assert found.signals[first, 1] == pytest.approx(cosine(5) / DEVIATION, abs=1e-4)


def test_where_articles_are_one_passage_each_it_is_no_gist() -> None:
    found = ranker().rank(asked(0))
    assert found.signals[:, 1].tolist() == found.signals[:, 0].tolist()
    several = ranker(titled=False).rank(asked(0))
    assert several.signals[place_of(several, 0), 1] == pytest.approx(cosine(10) / DEVIATION, abs=1e-4)


def test_a_fifth_of_articles_with_several_passages_is_enough_for_a_gist() -> None:
    """The second article has a passage more than the others."""
    for articles, gist in ((5, True), (6, False)):
        owners = np.array([*range(articles), 1])
        fields = directions(*range(0, 10 * articles, 10), 50)
        ones = Layout(
            owners,
            np.arange(articles),
            np.ones(len(owners), np.bool_),
            np.zeros(len(owners), np.bool_),
            ["en"] * articles,
        )
        words = Words.build(["text"] * articles, ones.languages)
        found = Ranker(FieldVectors.build(fields), words, Heads({}), ones).rank(asked(10))
        signals = found.signals[place_of(found, 1)]
        assert (signals[1] < signals[0] - 0.1) == gist


def test_only_allowed_articles_are_looked_at() -> None:
    allowed = np.array([False, True, False])
    found = ranker().rank(asked(0, "parcels gifts zwrot"), allowed)
    assert found.topics.tolist() == [1]
    assert found.coverage.tolist() == found.grams.tolist() == [0.0]
    assert found.similarity == pytest.approx([cosine(80)], abs=1e-5)


@pytest.mark.parametrize(("shown", "hidden", "word", "degree"), [(0, 2, "zwrot", 190), (2, 0, "gifts", 10)])
def test_a_version_that_is_not_allowed_lends_its_topic_nothing(
    shown: int, hidden: int, word: str, degree: float
) -> None:
    """The hidden version is near and knows the word; the other one of the same topic does not."""
    found = ranker(topics=(0, 1, 0)).rank(asked(degree, word, LANGUAGES[shown]), np.arange(3) != hidden)
    first = place_of(found, 0)
    assert found.field[first] // 2 == shown
    assert found.similarity[first] == pytest.approx(cosine(170), abs=1e-5)
    assert found.signals[first, :2] == pytest.approx([cosine(170) / DEVIATION] * 2, abs=1e-4)
    assert found.coverage[first] == found.grams[first] == found.bm25[first] == found.known[first] == 0.0


def test_nothing_allowed_gives_no_candidates() -> None:
    assert len(ranker().rank(asked(0, "gifts"), np.zeros(3, np.bool_))) == 0


def test_fields_to_be_ignored_are_ignored() -> None:
    found = ranker(without=[0]).rank(asked(0))
    assert found.field[0] == 1
    assert found.similarity[0] == pytest.approx(cosine(20), abs=1e-5)


def test_fields_to_be_ignored_are_ignored_among_those_allowed_too() -> None:
    found = ranker(without=[0, 2]).rank(asked(0), np.array([True, True, False]))
    assert dict(zip(found.topics.tolist(), found.field.tolist(), strict=True)) == {0: 1, 1: 3}


def test_an_article_whose_fields_are_all_ignored_is_not_found_by_its_words_either() -> None:
    assert 0 not in ranker(without=[0, 1]).rank(asked(0, "parcels gifts")).topics


def test_the_head_speaks_for_topics_that_it_knows() -> None:
    head = Head(np.zeros((3, 2), np.float32), np.array([-np.inf, 0, -np.inf], np.float32))
    found = ranker(head=head).rank(asked(0))
    assert dict(zip(found.topics.tolist(), found.log_probability.tolist(), strict=True)) == {
        0: UNKNOWN,
        1: 0.0,
        2: UNKNOWN,
    }
    assert ranker().rank(asked(0)).log_probability.tolist() == [0.0, 0.0, 0.0]


def test_an_article_beyond_the_nearest_fields_comes_in_by_its_words() -> None:
    """More fields lie nearer than are looked at; the last article alone has the word."""
    articles = NEAREST + BY_WORDS + 10
    degrees = np.linspace(0, 40, articles)
    texts = [f"number{place}" for place in range(articles - 1)] + ["needle"]
    everything = Layout(
        np.arange(articles),
        np.arange(articles),
        np.ones(articles, np.bool_),
        np.zeros(articles, np.bool_),
        ["en"] * articles,
    )
    found = Ranker(
        FieldVectors.build(directions(*degrees)),
        Words.build(texts, everything.languages),
        Heads({}),
        everything,
    )
    plain = found.rank(asked(0)).topics.tolist()
    assert articles - 1 not in plain
    assert len(plain) == NEAREST
    worded = found.rank(asked(0, "needle"))
    assert worded.topics[0] == articles - 1
    assert worded.similarity[0] == pytest.approx(cosine(40), abs=1e-5)


def test_other_weights_bring_the_same_candidates_in_another_order() -> None:
    found = ranker().rank(asked(62, "parcels gifts"))
    by_meaning = found.weighed(replace(START, words=0.0, grams=0.0))
    assert (found.topics[0], by_meaning.topics[0]) == (0, 1)
    assert sorted(by_meaning.topics.tolist()) == sorted(found.topics.tolist())
    assert by_meaning.total == pytest.approx(
        by_meaning.signals @ np.array([START.nearest, START.about, 0, 0, START.head])
        + FOREIGN * by_meaning.foreign,
        abs=1e-4,
    )
    for place, topic in enumerate(by_meaning.topics.tolist()):
        assert by_meaning.similarity[place] == found.similarity[place_of(found, topic)]


def test_a_topic_without_a_version_in_the_questions_language_is_a_little_ahead() -> None:
    """The third article is Polish; once it is the other version of the first, no topic is foreign."""
    alone = ranker().rank(asked(10))
    assert dict(zip(alone.topics.tolist(), alone.foreign.tolist(), strict=True)) == {
        0: False,
        1: False,
        2: True,
    }
    last = place_of(alone, 2)
    assert alone.total[last] == pytest.approx(alone.signals[last] @ START.column + FOREIGN, abs=1e-4)
    assert not ranker(topics=(0, 1, 0)).rank(asked(10)).foreign.any()
    hidden = ranker(topics=(0, 1, 0)).rank(asked(190), np.array([False, True, True]))
    assert sorted(hidden.topics[hidden.foreign].tolist()) == [0]


def test_some_of_the_candidates_keep_what_speaks_for_them() -> None:
    found = ranker().rank(asked(10, "gifts"))
    kept = found.only(found.topics != 0)
    assert kept.topics.tolist() == found.topics[1:].tolist()
    assert kept.similarity.tolist() == found.similarity[1:].tolist()
    assert kept.signals.tolist() == found.signals[1:].tolist()
    assert kept.total.tolist() == found.total[1:].tolist()


def test_the_field_nearest_to_what_is_left_without_names_is_told_of_every_topic() -> None:
    """Fields at 0 and 20, 90 and 80, 180 and 200 degrees; the rest of the question is at 100."""
    left = replace(asked(10), rest=Rest("?", directions(100)[0]))
    found = ranker().rank(left)
    assert found.topics.tolist() == [0, 1, 2]
    assert found.rest == pytest.approx([cosine(80), cosine(10), cosine(80)], abs=1e-5)


def test_fields_that_are_ignored_are_not_near_to_what_is_left_either() -> None:
    left = replace(asked(10), rest=Rest("?", directions(100)[0]))
    found = ranker(without=[1, 2]).rank(left)
    assert dict(zip(found.topics.tolist(), found.rest.tolist(), strict=True)) == pytest.approx(
        {0: cosine(100), 1: cosine(20), 2: cosine(80)}, abs=1e-5
    )


def test_how_much_of_what_is_left_an_article_says_is_told_of_every_topic() -> None:
    left = replace(asked(10, "invoices for Sweep"), rest=Rest("invoices", directions(100)[0]))
    found = ranker().rank(left)
    said = dict(zip(found.topics.tolist(), found.rest_covered.tolist(), strict=True))
    assert said[1] > SAID
    assert (said[0], said[2]) == (0.0, 0.0)


def test_an_article_that_may_not_be_looked_at_says_nothing_of_what_is_left() -> None:
    left = replace(asked(10, "invoices for Sweep"), rest=Rest("invoices", directions(100)[0]))
    allowed = np.array([True, False, True])
    assert ranker().rank(left, allowed).rest_covered.max() == 0.0


def test_a_question_without_names_is_all_there() -> None:
    found = ranker().rank(asked(10))
    assert found.rest.tolist() == found.rest_covered.tolist() == [1.0, 1.0, 1.0]
