from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.answer.condition import Condition, choices, condition, named, product_named, says_only
from bot.answer.consider import Basis, consider_once
from bot.answer.decide import Context, decide
from bot.answer.reply import Answer, Suggestions
from bot.conversation.assistant import Assistant
from bot.editions import build_index, open_index
from bot.phrase import phrase
from bot.state.store import Store
from index.hit import Found, Thresholds
from index.progress import silent
from kb.language import Language
from tests.bot.fakes import DELIVERY, LIBRARY, FakeLive, article, knowledge, settings

ENGLISH = Language("en", 1.0)
BIKE_TAGS = ("bicycles", "e-bikes")
ONE = article(
    "one", "Strand E1 e-bike", "The e-bike weighs 22 kg.\n", product="Havrik Strand E1", tags=BIKE_TAGS
)
TWO = replace(
    ONE, slug="two", title="Strand E2 e-bike", body="The e-bike weighs 24 kg.\n", product="Havrik Strand E2"
)
HELMET = replace(ONE, slug="helmet", title="Dome", product="Nattora Dome", tags=("helmets",))
BIKES = (ONE, TWO, HELMET)
WEIGHT = "how much does the e-bike weigh"


def under(country: str, slug: str) -> object:
    return article(slug, "Returns", f"Returns cost {slug}.\n", tags=("returns", f"country: {country}"))


def chosen(question, articles=BIKES, fits=None):
    first = replace(knowledge(articles).search(question, ENGLISH).hits[0], confidence=0.8)
    index = knowledge(articles)

    def fitting(one):
        passage, fit = index.fitting(one, question, ENGLISH)[0]
        return passage, (fits or {}).get(one.slug, fit)

    return [hit.passage.article.slug for hit in choices(question, first, index.public, fitting)]


def test_a_condition_is_read_from_product_tag_or_title():
    assert condition(ONE) == Condition("product", "Havrik Strand E1")
    assert condition(under("Poland", "x")) == Condition("country", "Poland")
    assert condition(article("r", "Returns (gifts)", "…")) == Condition("case", "gifts")
    assert condition(DELIVERY) is None


def test_siblings_that_answer_as_well_are_choices():
    assert chosen(WEIGHT) == ["one", "two"]


def test_a_sibling_that_answers_less_well_is_none():
    assert chosen(WEIGHT, fits={"one": 1.0, "two": 0.7}) == []


def test_who_names_the_product_has_chosen():
    assert chosen("how much does the Strand E1 weigh") == []


def test_a_sibling_that_does_not_know_the_code_is_none():
    coded = replace(ONE, body="The e-bike shows E12.\n")
    assert (
        chosen("my e-bike shows E12", (coded, replace(TWO, body="The e-bike shows E30 when it is cold.\n")))
        == []
    )


def test_a_sibling_that_hardly_speaks_to_the_question_is_none():
    assert chosen(WEIGHT, fits={"one": 0.2, "two": 0.3}) == []


def test_articles_for_agents_are_no_choices():
    assert chosen(WEIGHT, (ONE, replace(TWO, audience="agents"))) == []


def test_what_has_expired_is_no_choice():
    assert chosen(WEIGHT, (ONE, replace(TWO, expires=date.today()))) == ["one", "two"]
    assert chosen(WEIGHT, (ONE, replace(TWO, expires=date.today() - timedelta(1)))) == []


def test_countries_are_choices_too():
    assert chosen("what do returns cost", (under("Poland", "pl"), under("Denmark", "da"))) == ["pl", "da"]


@pytest.mark.parametrize(
    ("message", "place"),
    [("the E2", 1), ("strand e1 please", 0), ("Havrik", None), ("E1 or E2", None), ("something else", None)],
)
def test_a_value_is_named_by_the_words_that_only_it_has(message, place):
    assert named(message, ["Havrik Strand E1", "Havrik Strand E2"]) == place


def test_even_a_sure_hit_is_not_answered_where_another_condition_has_its_own_answer():
    hit = replace(knowledge(BIKES).search(WEIGHT, ENGLISH).hits[0], confidence=0.95)
    found = Found(WEIGHT, ENGLISH, (hit,), 1.0)
    thresholds = Thresholds(0.9, 0.4)
    asked = decide(found, thresholds, Context(), None, choices=(hit, hit))
    assert isinstance(asked, Suggestions)
    assert asked.condition == "product"
    assert isinstance(decide(found, thresholds, Context(), None), Answer)


@pytest.fixture
def assistant(tmp_path):
    live = FakeLive(knowledge((*BIKES, *LIBRARY)))
    return Assistant(live, Store.open(None, tmp_path), settings())


def test_the_product_is_asked_for_and_told_by_its_button_or_in_words(assistant):
    for choose in (
        lambda token: assistant.choose(token, "two", page_language="en"),
        lambda token: assistant.ask(token, "the E2 one", page_language="en"),
    ):
        token = assistant.open(None, "en").token
        asked = assistant.ask(token, WEIGHT, page_language="en")[1]
        assert asked.text == phrase("suggestions_product", "en")
        named = [one["condition"] for one in asked.document["suggestions"]]
        assert named == [
            {"name": "product", "value": "Havrik Strand E1"},
            {"name": "product", "value": "Havrik Strand E2"},
        ]
        said = choose(token)
        assert said[0].text in ("Havrik Strand E2", "the E2 one")
        assert "24 kg" in said[1].text


def test_nobody_is_asked_for_the_product_twice(assistant):
    token = assistant.open(None, "en").token
    assistant.ask(token, WEIGHT, page_language="en")
    assistant.choose(token, "one", page_language="en")
    again = assistant.ask(token, "and what does it weigh", page_language="en")[1]
    assert again.kind != "suggestions" or "condition" not in again.document["suggestions"][0]


OLD_APPLIANCES = (
    (
        "en",
        "dk",
        "country: Denmark",
        "Handing in an old appliance",
        "The driver takes your old appliance along "
        "for DKK 120 when the new one is delivered. Put it ready at the door.",
    ),
    (
        "en",
        "pl",
        "country: Poland",
        "Handing in an old appliance",
        "The driver takes your old appliance along "
        "free of charge when the new one is delivered. Sign the form.",
    ),
    (
        "ar",
        "dk",
        "country: الدنمارك",
        "تسليم جهاز قديم",
        "يأخذ السائق جهازكم القديم معه مقابل 120 كرونة عند توصيل الجهاز الجديد. ضعوه جاهزا عند الباب.",
    ),
    (
        "ar",
        "pl",
        "country: بولندا",
        "تسليم جهاز قديم",
        "يأخذ السائق جهازكم القديم معه مجانا عند توصيل الجهاز الجديد. وقعوا النموذج.",
    ),
    ("en", "hours", "contact", "Opening hours", "Our shops are open from Monday to Saturday, from 10 to 18."),
    ("ar", "hours", "contact", "ساعات العمل", "متاجرنا مفتوحة من الاثنين إلى السبت من 10 إلى 18."),
)


@pytest.mark.model
def test_the_country_is_asked_for_in_the_customers_language(tmp_path, model):
    for language, slug, tag, title, body in OLD_APPLIANCES:
        file = tmp_path / "articles" / language / f"{slug}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'---\ntitle: {title}\ntags: [recycling, "{tag}"]\n---\n{body}\n', encoding="utf-8")
    given = settings(data=tmp_path / "var", articles=tmp_path / "articles")
    build_index(given, silent)
    basis = Basis(open_index(given, print), given, "en")
    for question, language, countries in (
        ("what happens with my old appliance when you deliver the new one?", "en", {"Denmark", "Poland"}),
        ("ماذا يحدث لجهازي القديم عند التوصيل؟", "ar", {"الدنمارك", "بولندا"}),
    ):
        document = consider_once(question, basis).document
        assert document["text"] == phrase("suggestions_country", language)
        assert {one["condition"]["value"] for one in document["suggestions"]} == countries


@pytest.mark.parametrize(
    ("message", "only"),
    [("the Strand E1", True), ("Havrik Strand E1 e-bike", True), ("Strand E1 weight", False), ("it", False)],
)
def test_a_product_is_named_when_nothing_else_is_said(message, only):
    assert says_only(message, ONE, "en") is only


def test_an_article_without_a_product_is_not_named():
    assert not says_only("delivery", DELIVERY, "en")


@pytest.mark.parametrize(("message", "slug"), [("Strand E2", "two"), ("the Strand", None), ("the E3", None)])
def test_a_suggestion_is_chosen_by_its_product(message, slug):
    assert product_named(message, {"one", "two"}, BIKES) == slug
    assert product_named(message, {"helmet"}, BIKES) is None


def test_naming_the_product_of_a_suggestion_chooses_it(tmp_path):
    index = knowledge((*BIKES, *LIBRARY))
    index.answer = 0.99
    assistant = Assistant(FakeLive(index), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    offered = assistant.ask(token, "weighs how much, Strand e-bike E2", page_language="en")[1]
    assert offered.kind == "suggestions"
    assert "condition" not in offered.document["suggestions"][0]
    reply = assistant.ask(token, "Strand E1", page_language="en")[1]
    assert reply.kind == "answer"
    assert reply.document["citations"][0]["article"] == "one"
