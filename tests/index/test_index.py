from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.centre import unit
from index.encoder import Prompt, Vectors
from index.head import OTHERS, Head
from index.index import DOUBTED, WORD_FOR_WORD, Index
from index.lexicon import Lexicon
from index.refusals import SAME, Refusals
from index.view import PROMPT_OF, SHORT, View
from kb.article import Article
from kb.language import Language
from tests.index.fakes import FOUR, RETURNS_DA, SHOP, HashedEncoder, Told, Workshop, article

ENGLISH, DANISH, CHINESE = (Language(code, 1.0) for code in ("en", "da", "zh"))


class Exact(HashedEncoder):
    """Every word is another one with other capitals, signs or spaces."""

    def question(self, text: str, prompt: Prompt = "query") -> Vectors:
        return super().question(
            " ".join("x".join(str(ord(letter)) for letter in word) for word in text.split())
        )


def slugs(index: Index, question: str, language: Language = ENGLISH, **options: object) -> list[str]:
    return [hit.passage.article.slug for hit in index.search(question, language, **options).hits]  # type: ignore[arg-type]


def test_a_question_finds_the_article_that_shares_its_words(shop: Index) -> None:
    assert slugs(shop, "how long until a parcel will arrive")[0] == "delivery"
    assert slugs(shop, "download the invoice for my account")[0] == "invoices"
    assert slugs(shop, "is the frame of my bicycle covered")[0] == "warranty"


def test_the_model_sees_a_question_once_in_each_view(workshop: Workshop) -> None:
    class Watched(HashedEncoder):
        def question(self, text: str, prompt: Prompt = "query") -> Vectors:
            seen.append((text, prompt))
            return super().question(text, prompt)

    seen: list[tuple[str, Prompt]] = []
    workshop.encoder = Watched()
    workshop.build(FOUR)
    index = workshop.open()
    seen.clear()
    for text in ("is a frame covered", "when will it arrive", "is a frame covered"):
        found = index.search(text, ENGLISH)
        index.explained(text, ENGLISH)
        index.fitting(found.hits[0].passage.article, text, ENGLISH)
    index.search("is a frame covered", DANISH)  # may be read as other words
    texts = ["is a frame covered", "when will it arrive", "is a frame covered"]
    assert sorted(seen) == sorted((text, PROMPT_OF[view]) for text in texts for view in SHORT)


def test_an_alternate_question_is_the_same_as_itself(shop: Index) -> None:
    hit = shop.search("Is a cracked frame covered?", ENGLISH).hits[0]
    assert hit.similarity == pytest.approx(1.0, abs=1e-6)
    assert (hit.field, hit.matched) == ("question", "Is a cracked frame covered?")
    assert hit.passage.article.slug == "warranty"
    assert hit.fields["question"] == pytest.approx(1.0, abs=1e-6)


def test_a_similarity_is_the_cosine_of_the_centred_vectors(shop: Index) -> None:
    """By hand: question and every field of the article less their means in both views, the largest mean of
    two cosines."""
    question = "my parcel comes late"

    def seen(text: str, view: View, language: str) -> Vectors:
        return unit(shop.encoder.question(text, PROMPT_OF[view]) - shop.means.get(view, language))

    asked = [seen(question, view, "en") for view in SHORT]
    for hit in shop.search(question, ENGLISH).hits:
        by_kind: dict[str, float] = {}
        for field in shop.catalogue.fields:
            owner = shop.articles[field.article]
            if owner.slug == hit.passage.article.slug and owner.audience == "public":
                halves = [seen(field.text, view, owner.language) for view in field.views]
                cosines = [float(mine @ other) for mine, other in zip(asked, halves, strict=True)]
                by_kind[field.kind] = max(sum(cosines) / 2, by_kind.get(field.kind, -1))
        assert hit.similarity == pytest.approx(max(by_kind.values()), abs=1e-5)
        assert dict(hit.fields) == pytest.approx(by_kind, abs=1e-5)


def test_a_question_is_read_as_it_was_meant_before_it_is_compared(shop: Index) -> None:
    """Shouting is taken off what is compared; what the customer typed is kept."""
    asked = shop.asked("KAN JEG SENDE DEN RETUR", "da")
    assert asked.text == "kan jeg sende den retur"
    assert asked.vector.tolist() == shop.asked("kan jeg sende den retur", "da").vector.tolist()
    shouted = shop.search("HVORDAN SENDER JEG NOGET TILBAGE?", DANISH)
    assert shouted.question == "HVORDAN SENDER JEG NOGET TILBAGE?"
    assert shouted.hits[0].similarity == pytest.approx(1.0, abs=1e-6)


def test_a_question_in_a_further_language_loses_the_mean_of_its_own(shop: Index) -> None:
    german = "Wo ist mein Paket geblieben?"
    asked = shop.asked(german, "en")
    assert asked.vector.tolist() == shop.asked(german, "de").vector.tolist()
    assert asked.language == "en"  # it is answered as the page is


def test_a_misspelt_question_is_asked_with_the_articles_words(workshop: Workshop) -> None:
    workshop.build({"da/returns.md": RETURNS_DA, "da/frames.md": article("Ødelagt stel", "Få pengene igen.")})
    index = workshop.open()
    meant, typed = (
        index.asked(text, "da") for text in ("ødelagt stel få pengene", "oedelagt stel faa pengene")
    )
    assert typed.text == meant.text == "ødelagt stel få pengene"
    assert typed.vector.tolist() == meant.vector.tolist()
    assert index.asked("oedelagt", "en").text == "oedelagt"


class Doubting(HashedEncoder):
    """Knows that two words are nearly as likely as what they may be slips of."""

    @property
    def lexicon(self) -> Lexicon:  # type: ignore[override]
        return Told(parcl=-9.0, boks=-10.0)


def test_a_word_that_may_be_another_one_is_read_as_the_articles_have_an_answer(workshop: Workshop) -> None:
    workshop.encoder = Doubting()
    workshop.build(FOUR)
    index = workshop.open()
    assert index.reader.meant("my parcl", "en") == "my parcl"
    assert index.reader.others("my parcl", "en") == ["my parcel"]
    found, (first, *_) = index.explained("my parcl", ENGLISH)
    assert first.read_as == "my parcel"
    assert found.hits[0].passage.article.slug == "delivery"


def test_another_reading_must_be_far_ahead(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop.encoder = Doubting()
    workshop.build(FOUR)
    question = "How long does a parcl travel"
    assert workshop.open().asked(question, "en").text == question
    monkeypatch.setattr("index.index.AHEAD", 0.0)
    assert workshop.open().asked(question, "en").text == "How long does a parcel travel"
    monkeypatch.setattr("index.index.SURE", 0.0)
    assert workshop.open().asked(question, "en").text == question


def test_agents_articles_do_not_decide_how_customers_are_read(workshop: Workshop) -> None:
    workshop.encoder = Doubting()
    books = article("Where books are", "Books are on the shelf.", ["find books", "many books"])
    bots = article("Fraud with bots", "Bots order fast.", ["see bots", "find bots"], audience="agents")
    workshop.build({**FOUR, "en/books.md": books, "en/fraud.md": bots})
    index = workshop.open()
    assert {*index.reader.others("see boks", "en")} == {"see books", "see bots"}
    assert index.asked("see boks", "en").text == "see books"


@pytest.mark.parametrize(
    ("question", "language"),
    [("PUK PIN", "en"), ("متى يَصِلُ الطَّرْدُ؟", "ar"), ("退 货 多 久", "zh"), ("REA OG USB?", "da")],
    ids=["capitals", "vowel signs", "spaces", "capitals and a small word"],
)
def test_a_question_of_an_article_is_the_same_as_itself_however_it_is_written(
    workshop: Workshop, question: str, language: str
) -> None:
    """Capitals, signs and spaces count for this encoder, as they do for the model."""
    workshop.encoder = Exact()
    workshop.samples = workshop.folder / "exact.npz"
    workshop.build({f"{language}/a.md": article("One", "Text.", [question]), **FOUR})
    hit = workshop.open().search(question, Language(language, 1.0)).hits[0]
    assert hit.matched == question
    assert hit.similarity == pytest.approx(1.0, abs=1e-5)


def test_an_authors_refusal_holds_however_its_words_are_mended(workshop: Workshop) -> None:
    """The refused question lacks its accents, which the articles' words would give it."""
    refusing = article("Hjælp på stien", "Følg stien.", ["Hvor er stien?"], ["Faar jeg hjaelp paa stien?"])
    workshop.build({**FOUR, "da/path.md": refusing})
    found = workshop.open().search("Faar jeg hjaelp paa stien?", DANISH, k=100)
    assert "path" not in [hit.passage.article.slug for hit in found.hits]


def test_agents_articles_are_never_for_the_public(shop: Index) -> None:
    for question in (
        "How much goodwill may I give?",
        "Goodwill limits",
        "150 kroner of goodwill for a late parcel",
    ):
        assert "goodwill" not in slugs(shop, question, k=100)
        assert slugs(shop, question, audience="agents")[0] == "goodwill"


LAST, OVER = date(2099, 5, 31), date(2099, 6, 1)
OFFER = article(
    "Summer offer on bells",
    "A bell costs nothing with each bicycle.",
    ["Is a bell for nothing?"],
    expires=LAST.isoformat(),
)


def open_on(index: Index, day: date) -> tuple[Index, list[date]]:
    """The index, and the day by which it goes from now on."""
    days = [day]
    return replace(index, today=lambda: days[0]), days


def test_an_index_that_is_open_over_midnight_serves_customers_nothing_that_has_expired(
    workshop: Workshop,
) -> None:
    workshop.build({**SHOP, "en/offer.md": OFFER})
    index, days = open_on(workshop.open(), LAST)
    question = "Is a bell for nothing?"
    assert slugs(index, question)[0] == "offer"
    assert "offer" in [one.slug for one in index.public]
    days[0] = OVER
    assert "offer" not in slugs(index, question, k=100)
    assert "offer" not in [hit.passage.article.slug for hit in index.explained(question, ENGLISH)[0].hits]
    assert "offer" not in [one.slug for one in index.public]
    assert slugs(index, question, audience="agents")[0] == "offer"
    assert len(index.public) == len(SHOP) - 1  # one is for agents, and stays so


def test_of_an_article_whose_version_has_expired_customers_get_the_other_one(workshop: Workshop) -> None:
    danish = article("Sommertilbud", "En ringeklokke er gratis.", ["Er klokken gratis?"])
    workshop.build({**SHOP, "en/offer.md": OFFER, "da/offer.md": danish})
    index, _ = open_on(workshop.open(), OVER)
    [hit] = [
        hit
        for hit in index.search("summer offer: er klokken gratis", ENGLISH, k=100).hits
        if hit.passage.article.slug == "offer"
    ]
    assert hit.passage.article.language == "da"
    assert "Summer" not in hit.matched


def test_what_has_expired_does_not_decide_how_customers_are_read(workshop: Workshop) -> None:
    workshop.encoder = Doubting()
    books = article("Where books are", "Books are on the shelf.", ["find books", "many books"])
    bots = article("Fraud with bots", "Bots order fast.", ["see bots", "find bots"], expires=LAST.isoformat())
    workshop.build({**FOUR, "en/books.md": books, "en/fraud.md": bots})
    index, days = open_on(workshop.open(), LAST)
    assert index.asked("see boks", "en").text == "see bots"
    days[0] = OVER
    assert index.asked("see boks", "en").text == "see books"


def test_where_everything_has_expired_customers_find_nothing(workshop: Workshop) -> None:
    workshop.build({"en/offer.md": OFFER})
    index, _ = open_on(workshop.open(), OVER)
    assert index.public == ()
    assert slugs(index, "Is a bell for nothing?") == []


def test_articles_are_looked_through_once_a_day_and_not_at_every_search(
    shop: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, is_public = [], Article.is_public

    def counted(one: Article, today: date) -> bool:
        seen.append(today)
        return is_public(one, today)

    monkeypatch.setattr(Article, "is_public", counted)
    index, days = open_on(shop, LAST)
    for days[0] in (LAST, LAST, OVER, OVER):
        index.search("when will my parcel arrive", ENGLISH, exclude={"returns"})
        assert index.public
    assert seen == [LAST] * len(SHOP) + [OVER] * len(SHOP)


def test_languages_and_slugs_that_are_left_out_are_not_found(shop: Index) -> None:
    """Together, each alone, and with a slug that there is none of."""
    question = "How do I send something back? When will my parcel arrive?"
    everything = set(slugs(shop, question, k=100))
    assert {"returns", "delivery", "warranty"} <= everything
    assert set(slugs(shop, question, k=100, exclude={"returns", "vanished"})) == everything - {"returns"}
    found = shop.search(question, ENGLISH, k=100, only={"da", "zh"}, exclude={"delivery"}).hits
    assert {(hit.passage.article.language, hit.passage.article.slug) for hit in found} == {("da", "returns")}
    assert slugs(shop, question, k=100, only=()) == []


def test_an_agents_version_of_a_public_article_shows_nothing_of_itself(workshop: Workshop) -> None:
    """The same slug, public in English and for agents in Danish."""
    inside = article("Regler", "Kulance op til 150 kroner.", ["Hvor meget kulance?"], audience="agents")
    workshop.build({**SHOP, "da/delivery.md": inside})
    hits = workshop.open().search("Hvor meget kulance?", DANISH, k=100).hits
    assert hits
    for hit in hits:
        assert hit.passage.article.audience == "public"
        assert "kulance" not in hit.matched.casefold()
        assert hit.similarity < 0.9
    delivery = next(hit for hit in hits if hit.passage.article.slug == "delivery")
    assert delivery.passage.article.language in ("en", "zh")
    assert delivery.words == 0.0


def test_the_article_in_the_askers_language_wins_over_its_twin(shop: Index) -> None:
    for language in (ENGLISH, DANISH):
        hit = shop.search("Hvordan sender jeg noget tilbage?", language).hits[0]
        assert hit.passage.article.slug == "returns"
        assert hit.passage.article.language == language.code
        assert hit.passage.text.split()[0] == ("You" if language is ENGLISH else "Du")


def test_where_there_is_no_version_in_the_askers_language_the_nearest_is_shown(shop: Index) -> None:
    hit = shop.search("我的包裹什么时候到？", DANISH).hits[0]
    assert (hit.passage.article.slug, hit.passage.article.language) == ("delivery", "zh")


def test_an_article_comes_once_however_many_languages_it_has(shop: Index) -> None:
    found = slugs(shop, "parcel returns 包裹 tilbage", k=100)
    assert sorted(found) == ["delivery", "invoices", "returns", "warranty"]


def test_only_the_given_languages_are_searched(shop: Index) -> None:
    hits = shop.search("send an item back", ENGLISH, only=("da", "zh"), k=100).hits
    assert {hit.passage.article.language for hit in hits} == {"da", "zh"}
    assert shop.search("send an item back", ENGLISH, only=("pl",)).hits == ()


def test_what_is_excluded_is_not_found_in_any_language(shop: Index) -> None:
    assert "returns" not in slugs(shop, "send an item back tilbage", exclude={"returns"}, k=100)
    assert slugs(shop, "send an item back")[0] == "returns"


def test_no_more_hits_than_asked_for(shop: Index) -> None:
    assert [len(slugs(shop, "parcel", k=k)) for k in (0, 1, 3, 100)] == [0, 1, 3, 4]


def test_an_authors_refusal_holds_for_its_question_and_no_other(shop: Index) -> None:
    assert "returns" not in slugs(shop, "How do I return to the home page?", k=100)
    assert "returns" not in slugs(shop, "how do i return to the home page", k=100)
    assert slugs(shop, "Can I return a gift?")[0] == "returns"


def test_a_refusal_holds_in_every_language_version(shop: Index) -> None:
    assert "returns" not in slugs(shop, "How do I return to the home page?", DANISH, k=100)


def test_a_refusal_that_is_only_near_leaves_the_first_article_to_be_chosen(shop: Index) -> None:
    question, topic = "can I send an item back at all", "returns"
    first = shop.search(question, ENGLISH, k=1).hits[0]
    assert first.passage.article.slug == topic
    assert first.confidence > DOUBTED
    asked = shop.asked(question, "en").vector
    side = np.zeros_like(asked)
    side[np.abs(asked).argmin()] = 1.0
    side = side - (side @ asked) * asked
    side /= np.linalg.norm(side)
    topics = shop.ranker.rank(shop.asked(question, "en")).topics[:1]

    def refusing(likeness: float) -> Index:
        refusal = likeness * asked + np.sqrt(1 - likeness**2) * side
        return replace(shop, refusals=Refusals(topics, refusal[None].astype(np.float32)))

    assert topic not in slugs(refusing(0.99), question, k=100)
    assert first.similarity < SAME
    hits = refusing(SAME - 0.01).search(question, ENGLISH, k=100).hits
    assert hits[0].passage.article.slug == topic
    assert hits[0].confidence == DOUBTED


def test_confidences_are_probabilities_of_which_the_first_has_the_most(shop: Index) -> None:
    for question in ("parcel", "frame covered", "zxcvb", "?", "Can I return a gift?", "包裹"):
        confidences = [hit.confidence for hit in shop.search(question, ENGLISH, k=100).hits]
        assert all(0 <= confidence <= 1 for confidence in confidences), question
        assert all(confidences[0] >= other for other in confidences[1:]), question
        assert all(confidences[0] + other <= 1 + 1e-9 for other in confidences[1:]), question


def test_a_sure_answer_has_more_confidence_than_nonsense(shop: Index) -> None:
    sure = shop.search("Can I return a gift?", ENGLISH).confidence
    for nonsense in ("zxcvb qwrtp", "asdf", "🎉", "", "\x00", "\ud800"):
        assert shop.search(nonsense, ENGLISH).confidence < sure / 2


def test_a_question_of_a_hundred_thousand_characters_is_answered_like_any_other(shop: Index) -> None:
    found = shop.search("parcel " * 15_000, ENGLISH)
    assert found.hits[0].passage.article.slug == "delivery"


def test_a_question_changes_nothing(shop: Index) -> None:
    first, second = (shop.search("my parcel", ENGLISH) for _ in range(2))
    assert first.hits == second.hits


def test_the_passages_of_an_article_come_in_order(shop: Index) -> None:
    returns = next(one for one in shop.articles if one.path == "en/returns.md")
    assert [passage.article for passage in shop.passages(returns)] == [returns]
    stranger = Article("none", "en", "None", "", 1, "en/none.md")
    assert shop.passages(stranger) == ()


def test_an_index_says_the_same_after_saving(workshop: Workshop) -> None:
    workshop.build()
    first, second = workshop.open(), workshop.open()
    for question in ("my parcel is late", "How do I return to the home page?", "tilbage"):
        assert first.search(question, ENGLISH).hits == second.search(question, ENGLISH).hits
    assert isinstance(first.heads.of[OTHERS], Head)
    assert first.calibration == second.calibration
    assert first.languages == ("da", "en", "zh")


def test_an_authors_own_question_word_for_word_is_answered_for_sure(shop: Index) -> None:
    assert shop.search("is a cracked frame covered", ENGLISH).confidence >= WORD_FOR_WORD
    assert shop.search("is a cracked cup covered", ENGLISH).confidence < WORD_FOR_WORD
