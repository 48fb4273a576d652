from dataclasses import replace
from typing import get_args

import pytest

from bot.answer.decide import answer
from bot.answer.document import reply_document
from bot.answer.reply import Handoff, Rephrase, SmallTalk, Suggestions
from bot.answer.wording import elsewhere, next_suggestions, source, text, ticket, turning_down
from bot.phrase import LANGUAGES, phrase
from bot.wishes.intent import DialogueAct
from kb.language import Language
from kb.passage import Place
from tests.bot.fakes import DELIVERY, knowledge, settings

TOP = Place((), "")


def found(question="How do I send something back?", language="en"):
    return knowledge().search(question, Language(language, 1.0))


def test_an_answer_is_the_sentence_then_the_passage_then_the_source():
    given = found()
    words = text(answer(given, given.hits[0]), "en", settings())
    sentence, rest = words.split("\n\n", 1)
    assert sentence == "**You can send an item back within 30 days.**"
    assert rest.startswith("The label is in your account.")
    assert words.count("You can send an item back") == 1
    assert words.endswith("Source: [Returning an item](/articles/en/returns) · checked on 2026-03-01")


def test_the_source_names_the_section():
    article = found().hits[0].passage.article
    assert source(article, Place(("Price of a return",), "price-of-a-return"), "en") == (
        "Source: [Returning an item](/articles/en/returns#price-of-a-return) · Price of a return"
        " · checked on 2026-03-01"
    )


def test_a_source_without_a_date_says_nothing_of_it():
    assert source(DELIVERY, TOP, "da") == "Kilde: [How long delivery takes](/articles/en/delivery)"


def test_a_title_with_marks_stays_a_title():
    article = found().hits[0].passage.article
    odd = replace(article, title="A [b](javascript:x) *c*\n<d>", reviewed=None)
    words = source(odd, TOP, "en")
    assert "](javascript" not in words.replace("\\]", "")
    assert "\\<d\\>" in words


def test_an_article_in_another_language_is_said_to_be_so_in_the_asker_s():
    given = found("When does my parcel arrive?", "pl")
    words = text(answer(given, given.hits[0]), "pl", settings())
    assert words.startswith("Na razie mam to tylko w tym języku: angielski.")
    assert "A parcel takes two working days." in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_suggestion_is_not_spoken_of_as_several(language):
    given = found()
    one, two = (Suggestions(given, given.hits[:count]) for count in (1, 2))
    assert text(one, language, settings()) == phrase("suggestions_one", language)
    assert text(two, language, settings()) == phrase("suggestions", language)
    assert next_suggestions(one, language) == phrase("suggestions_next_one", language)
    assert next_suggestions(two, language) == phrase("suggestions_next", language)
    said = [turning_down(reply_document(reply, "", language, 0.0), language) for reply in (one, two)]
    assert said == [phrase("not_this", language), phrase("none_of_these", language)]
    depends = Suggestions(given, given.hits[:1], "country")
    assert text(depends, language, settings()) == phrase("suggestions_country", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reply_has_words_in_every_language(language):
    given = found()
    replies = [
        answer(given, given.hits[0]),
        Suggestions(given, given.hits),
        Rephrase(given),
        *(
            Handoff(given, reason)
            for reason in ("asked", "missing_knowledge", "low_confidence", "upset", "repeated_miss", "danger")
        ),
        *(SmallTalk(act, language) for act in get_args(DialogueAct)),
    ]
    words = [text(reply, language, settings()) for reply in replies]
    assert len(set(words)) == len(words)
    assert not any("{" in one for one in words)


def test_a_ticket_tells_its_number_and_when_somebody_comes():
    told = ticket(12, ["We open tomorrow."], "en")
    assert "**12**" in told
    assert told.endswith(" We open tomorrow.")


def test_sentences_run_on_as_the_language_writes_them():
    assert " " not in ticket(12, (), "zh").replace(" **12**", "")
    assert "**12**. Min kollega" in ticket(12, (), "da")


def test_outside_of_a_conversation_nobody_is_promised_a_colleague():
    words = elsewhere(Handoff(found(), "asked"), "en", settings())
    assert "Talk to a person" in words
    assert "passing you on" not in words
