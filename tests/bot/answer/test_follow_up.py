from dataclasses import replace

import pytest

from bot.answer.follow_up import (
    LIKELY_ALONE,
    Topic,
    asks_how_it_goes_on,
    carries_on,
    in_context,
    may_lean,
    points_back,
    says_another,
    weigh,
)
from index.hit import Found
from kb.language import Language
from tests.bot.fakes import knowledge

ENGLISH = Language("en", 1.0)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        *(("en", text) for text in ("how long does that take?", "and for bicycles?", "How often?")),
        *(("da", text) for text in ("hvad koster det?", "og for cykler?", "hvor tit?")),
        *(("pl", text) for text in ("ile to trwa?", "a w Polsce?", "jak często?")),
        *(("ar", text) for text in ("كم يستغرق ذلك؟", "وللدراجات؟", "ما سعرها؟")),
        *(("zh", text) for text in ("要多少钱？", "它有多重？", "那波兰呢？")),
        *(("de", text) for text in ("und für Familien?", "was kostet das?", "wie lange", "gilt das auch")),
        *(("fr", text) for text in ("et pour une association ?", "combien coûte ça", "jusqu'à quand ?")),
        *(("es", text) for text in ("¿y al año?", "¿cómo puedo alargarla?", "¿cuánto dura?")),
        *(("it", text) for text in ("e per le scuole?", "posso cancellarlo?")),
        *(("tr", text) for text in ("peki kaç kere?", "çocuklar için?", "bunu nasıl yaparım")),
        *(("ru", text) for text in ("а в субботу?", "сколько это стоит")),
        ("nb", "og i helgen?"),
        ("fi", "entä polkupyörät?"),
        ("ar", "وطبيب الجلدية؟"),
    ],
)
def test_a_question_without_a_subject_of_its_own_points_back(language, question):
    assert points_back(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        *(("en", text) for text in ("where is my order?", "gift cards", "and what are your opening hours?")),
        *(("da", text) for text in ("hvor er min ordre?", "gavekort")),
        *(("pl", text) for text in ("gdzie jest moje zamówienie?", "karty podarunkowe")),
        *(("ar", text) for text in ("أين طلبي؟", "ما هي ساعات العمل؟", "وصل طردي تالفا")),
        *(("zh", text) for text in ("我的订单在哪里？", "礼品卡")),
        *(("de", text) for text in ("wo ist das Tonstudio", "was kostet die Vorlesestunde")),
        *(("it", text) for text in ("e-mail non arriva", "dove posso parcheggiare")),
        *(("ru", text) for text in ("адрес магазина", "где мой заказ")),
        *(("ar", text) for text in ("وصفة طبية", "واتساب", "وقت الزيارة")),
        ("fr", "ou est la facture"),
        ("tr", "bu kitap nerede"),
        ("hu", "és a kerékpárok?"),
    ],
)
def test_a_question_with_a_subject_does_not(language, question):
    assert not points_back(question, language)


def test_a_long_question_says_itself_what_it_is_about():
    assert may_lean("and for bicycles?")
    assert may_lean("那自行车要多少钱？")
    assert not may_lean("and how much would it cost me to have a bicycle sent to my sister")


def test_in_context_the_topic_s_title_comes_first():
    assert in_context("and for bicycles?", Topic("Delivery", "costs?")) == "Delivery: and for bicycles?"


def found(question: str, *confidences: float) -> Found:
    hits = knowledge().search(question, ENGLISH).hits[: len(confidences)]
    assert len(hits) == len(confidences)
    pairs = zip(hits, confidences, strict=True)
    return Found(question, ENGLISH, tuple(replace(hit, confidence=sure) for hit, sure in pairs), 1.0)


def slugs(found: Found) -> list[str]:
    return [hit.passage.article.slug for hit in found.hits]


def test_what_is_found_within_is_only_as_sure_as_its_passage_speaks_to_the_question():
    alone, within = found("parcel", 0.2), found("Warranty on bicycles: it?", 1.0)
    stranger, fits = weigh(alone, within, 0.0, back=True), weigh(alone, within, 0.4, back=True)
    assert stranger.confidence < 0.3
    assert fits.confidence > 0.9
    assert slugs(fits)[0] == "warranty"
    assert fits.question == "parcel"
    assert fits.milliseconds == 2.0


def test_a_question_that_points_back_is_trusted_less_alone():
    alone, within = found("parcel", 0.8), found("Warranty on bicycles: it?", 1.0)
    assert slugs(weigh(alone, within, 0.1, back=False))[0] != "warranty"
    assert slugs(weigh(alone, within, 0.1, back=True))[0] == "warranty"


def test_an_article_that_both_find_is_there_once_and_as_sure_as_the_surer_of_them():
    alone, within = found("Is my frame covered?", 0.95), found("Warranty on bicycles: it?", 1.0)
    weighed = weigh(alone, within, 0.0, back=False)
    assert slugs(weighed).count("warranty") == 1
    assert weighed.confidence == 0.95


@pytest.mark.parametrize(
    ("question", "sure", "another"),
    [
        ("where is my parcel", LIKELY_ALONE, True),
        ("where is my parcel", LIKELY_ALONE - 0.01, False),
        ("and for bicycles?", LIKELY_ALONE, False),  # points back
        ("my parcel", LIKELY_ALONE, False),  # too short to say what it is about
    ],
)
def test_what_likely_is_about_another_article_is_heard_alone(question, sure, another):
    alone = found(question, sure, 0.1)
    elsewhere = replace(alone, hits=alone.hits[1:])
    assert says_another(alone, elsewhere) is another
    assert not says_another(alone, alone)


def test_nothing_found_within_changes_nothing():
    alone = found("parcel", 0.8)
    assert weigh(alone, replace(alone, hits=()), 0.5, back=True) is alone


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "and sweden"),
        ("da", "hvad med stellet?"),
        ("pl", "a roweru"),
        ("zh", "那瑞典"),
        ("de", "und Schweden"),
        ("tr", "öğrenciler için"),
    ],
)
def test_a_few_words_after_and_carry_on(language, message):
    assert carries_on(message, language)


@pytest.mark.parametrize("message", ["sweden", "and how do I pay for the delivery"])
def test_a_question_of_its_own_carries_nothing_on(message):
    assert not carries_on(message, "en")


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "And then?"),
        ("en", "what’s next"),
        ("da", "Og hvad så?"),
        ("pl", "i co dalej?"),
        ("ar", "وماذا بعد ذلك؟"),
        ("zh", "然后呢？"),
    ],
)
def test_a_message_may_ask_for_no_more_than_what_comes_next(language, message):
    assert asks_how_it_goes_on(message, language)


@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "and then it broke"), ("en", "and Sweden?"), ("da", "hvad så?"), ("xx", "and then?")],
)
def test_a_message_that_says_more_or_greets_asks_for_something_else(language, message):
    assert not asks_how_it_goes_on(message, language)


@pytest.mark.parametrize(
    ("language", "message"),
    [("de", "Und dann?"), ("es", "¿Y después?"), ("it", "e poi"), ("tr", "peki sonra?")],
)
def test_what_comes_next_may_be_asked_in_a_language_without_phrases(language, message):
    assert asks_how_it_goes_on(message, language)
    assert not asks_how_it_goes_on(message, "hu")
