import numpy as np
import pytest

from index.explain import Explanation
from index.index import WORD_FOR_WORD, Index
from index.rank import Candidates
from kb.language import Language
from tests.index.fakes import FOUR, Workshop, article

ENGLISH = Language("en", 1.0)


def explanations(
    index: Index, question: str, language: Language = ENGLISH, **more: object
) -> tuple[Explanation, ...]:
    return index.explained(question, language, k=10, **more)[1]  # type: ignore[arg-type]


def ranked(index: Index, question: str) -> Candidates:
    """As the index does it for the public."""
    public = np.array([article.audience == "public" for article in index.articles])
    return index.ranker.rank(index.asked(question, "en"), public)


def test_each_hit_is_explained_in_the_order_of_the_search(shop: Index) -> None:
    found, explanations = shop.explained("when will my parcel arrive", ENGLISH)
    assert [one.hit for one in explanations] == list(found.hits)
    assert found.hits == shop.search("when will my parcel arrive", ENGLISH).hits


@pytest.mark.parametrize(
    "question", ["Is a cracked frame covered?", "parcel", "xyzzy", "ten years of invoices"]
)
def test_what_counts_adds_up_to_the_order_and_to_the_confidence(shop: Index, question: str) -> None:
    candidates = ranked(shop, question)
    for place, one in enumerate(explanations(shop, question)):
        assert sum(part.counted for part in one.order) == pytest.approx(
            float(candidates.total[place]), abs=1e-4
        )
        odds = sum(part.counted for part in one.confidence)
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(one.hit.confidence, abs=1e-6)


def test_an_authors_own_question_is_said_to_be_one(shop: Index) -> None:
    first = explanations(shop, "i need a receipt")[0]
    assert first.hit.passage.article.slug == "invoices"
    assert (first.confidence[-1].name, first.hit.confidence) == (
        "asked word for word",
        pytest.approx(WORD_FOR_WORD),
    )


def test_words_say_what_they_count_and_which_of_them_no_article_knows(shop: Index) -> None:
    first = explanations(shop, "Frames of a zeppelin, covered?")[0]
    assert first.hit.passage.article.slug == "warranty"
    words = {word.text: word for word in first.words}
    assert list(words) == ["Frames", "of", "a", "zeppelin", "covered"]
    assert not words["zeppelin"].known
    assert words["zeppelin"].counted == 0 < words["zeppelin"].most
    assert words["Frames"].known
    assert 0 < words["Frames"].counted <= words["Frames"].most + 1e-6
    assert 0.5 < sum(word.most for word in first.words) < 1.0  # a doubt is left, as if one more were unknown


def test_chinese_is_explained_word_by_word(shop: Index) -> None:
    first = explanations(shop, "自行车送货时间", Language("zh", 1.0))[0]
    assert first.hit.passage.article.slug == "delivery"
    assert {"自行车", "送货", "时间"} <= {word.text for word in first.words if word.counted > 0}


def test_words_add_up_to_the_coverage(shop: Index) -> None:
    question = "download the invoice for my frame"
    candidates = ranked(shop, question)
    for place, one in enumerate(explanations(shop, question)):
        assert sum(word.counted for word in one.words) == pytest.approx(
            float(candidates.coverage[place]), abs=1e-5
        )


def test_the_question_is_shown_as_it_was_read(shop: Index) -> None:
    assert {one.read_as for one in explanations(shop, "WHEN WILL MY PARCEL ARRIVE")} == {
        "when will my parcel arrive"
    }


def test_a_topic_in_other_languages_only_says_so(shop: Index) -> None:
    """Delivery has a Chinese version, the warranty has none."""
    found = explanations(shop, "哪里有发票", Language("zh", 1.0))
    parts = {one.hit.passage.article.slug: [part.name for part in one.order] for one in found}
    assert "in other languages only" in parts["warranty"]
    assert "in other languages only" not in parts["delivery"]


def test_a_question_without_words_is_explained_all_the_same(shop: Index) -> None:
    assert all(one.words == () for one in explanations(shop, "?!"))


def test_what_is_left_without_names_is_shown_with_how_it_fits(workshop: Workshop) -> None:
    named = article(
        "Sweep vacuum", "The Sweep R3 empties itself. Clean the Sweep R3 filter.", ["Sweep R3 filter"]
    )
    workshop.build({**FOUR, "en/sweep.md": named})
    index = workshop.open()
    fits, strange = (
        explanations(index, question)[0].rest
        for question in ("how do I clean the R3 filter", "which museum shows an R3")
    )
    assert fits is not None
    assert strange is not None
    assert (fits.text, strange.text) == ("how do I clean the filter", "which museum shows an")
    assert fits.similarity > strange.similarity
    assert fits.covered > strange.covered == 0
    assert explanations(index, "how do I clean the filter")[0].rest is None


def test_agents_articles_explain_nothing_to_the_public(shop: Index) -> None:
    slugs = {one.hit.passage.article.slug for one in explanations(shop, "how much goodwill may I give")}
    assert "goodwill" not in slugs
