import pytest

from bot.answer.addition import holds
from bot.answer.consider import Basis, find
from bot.answer.follow_up import Topic, added
from kb.language import Language
from tests.bot.fakes import LIBRARY, article, knowledge, settings

ENGLISH = Language("en", 1.0)
LONG = "How long does a parcel take?"
PARCELS = article(
    "parcels", "How long parcels take", "A parcel takes so long, to Germany and to Poland: two days."
)


@pytest.mark.parametrize(
    ("language", "added", "text"),
    [
        ("en", "in germany", "Parcel; Germany: 2–3"),
        ("en", "sundays", "Closed on Sunday"),
        ("da", "stellet", "Cykelstel og forgaffel"),
        ("da", "til irland", "Irland: 5–7"),
        ("pl", "na baterię", "Bateria roweru"),
        ("ar", "بطارية", "بطارية الدراجة الكهربائية"),
        ("ar", "طبيب الجلدية", "الطبيب: جلدية; الزيارة الأولى: 240"),
        ("zh", "德国呢", "丹麦: 1–2; 德国: 2–3"),
    ],
)
def test_a_text_has_a_word_in_any_form_or_compound(language, added, text):
    assert holds(text, added, language)


@pytest.mark.parametrize(
    ("language", "added", "text"),
    [
        ("en", "germany and norway", "Parcel; Germany: 2–3"),
        ("en", "the", "the parcel"),
        ("en", "2", "in 2026"),
        ("en", "", "anything"),
        ("zh", "挪威呢", "德国呢"),
        ("ar", "طبيب العيون", "الطبيب: جلدية"),
    ],
)
def test_a_text_that_lacks_a_word_does_not(language, added, text):
    assert not holds(text, added, language)


def test_what_is_added_stands_behind_the_words_that_carry_on():
    assert added("And Germany?", "en") == "germany"
    assert added("what about Sundays", "en") == "sundays"
    assert added("那德国呢？", "zh") == "德国呢"
    assert added("how long does Germany take", "en") is None
    assert added("and what are your opening hours?", "en") is None


def followed(question, topic, language=ENGLISH):
    index = knowledge((PARCELS, *LIBRARY))
    return index.search(topic.question, language), find(
        question, language, Basis(index, settings(), "en", topic=topic)
    )


def test_what_the_answered_passage_has_is_as_sure_as_the_question_before():
    before, found = followed("and Germany?", Topic(PARCELS.title, LONG))
    assert (found.question, found.added) == ("and Germany?", "germany")
    assert found.hits[0].passage.article == PARCELS
    assert found.confidence >= before.confidence > 0.5


def test_what_it_has_not_is_not_carried_on():
    _, found = followed("and Norway?", Topic(PARCELS.title, LONG))
    assert found.added == ""


def test_what_leads_to_another_article_is_not_carried_on():
    _, found = followed("and Germany?", Topic("Paying", LONG))
    assert found.added == ""


def test_a_question_that_found_only_suggestions_is_carried_on_too():
    _, found = followed("and Germany?", Topic(LONG, LONG))
    assert (found.added, found.hits[0].passage.article) == ("germany", PARCELS)


def test_the_passage_that_answers_the_question_before_is_kept_where_it_has_what_was_added():
    """By itself another one suits both together better."""
    usual = "How long does a parcel take? " + "A parcel takes two days to Germany. " * 20
    holidays = "Before Christmas order early, for Germany, Germany and Germany. " * 20
    parcels = article("parcels", PARCELS.title, f"{usual}\n\n# Christmas\n{holidays}")
    index = knowledge((parcels, *LIBRARY))
    fits = index.fitting(parcels, "germany", ENGLISH)
    assert len(fits) > 1
    assert "Before Christmas" in fits[0][0].plain
    basis = Basis(index, settings(), "en", topic=Topic(parcels.title, LONG))
    found = find("and Germany Germany Germany?", ENGLISH, basis)
    assert found.hits[0].passage.plain.startswith("How long does a parcel take?")
