"""How well wishes are understood with the real model; floors, not targets."""

import pytest

from bot.answer.consider import Basis, understand
from bot.wishes.intent import Intent
from bot.wishes.meaning import classifier
from index.model import DEFAULT
from tests.benchmarks import wishes

pytestmark = pytest.mark.model


def test_who_wants_a_person_is_upset_or_was_not_helped_is_understood_in_words_never_seen(
    encoder, example_index, example_settings
):
    fitted, basis = classifier(DEFAULT), Basis(example_index, example_settings, "en")
    held_out = [one for one in (*wishes.messages(), *wishes.golden()) if one.held_out]
    understood = {one: wishes.understand(one, fitted, encoder, basis) for one in held_out}
    for wish, floor in (("person", 0.85), ("upset", 0.75), ("unhelpful", 0.70)):
        wished = [one for one in held_out if one.wish == wish]
        assert sum(wish in understood[one] for one in wished) / len(wished) >= floor, wish
        others = [one for one in held_out if one.wish == "other"]
        assert sum(wish in understood[one] for one in others) / len(others) <= 0.03, wish


@pytest.mark.parametrize(
    "subject",
    [
        "Rechnung",
        "garantía",
        "الضمان",
        "iade",
        "Morgen",
        "Gold",
        "バッテリー",
        "Merci de m'envoyer une facture",
    ],
)
def test_a_subject_in_a_word_is_no_wish(subject, example_index, example_settings):
    assert understand(subject, Basis(example_index, example_settings, "en")).intent is None


def test_danger_is_known_in_words_never_seen_and_seldom_heard_in_others(
    encoder, example_index, example_settings
):
    fitted, basis = classifier(DEFAULT), Basis(example_index, example_settings, "en")
    held_out = [one for one in (*wishes.messages(), *wishes.golden()) if one.held_out]
    heard = {one: "danger" in wishes.understand(one, fitted, encoder, basis) for one in held_out}
    reports = [one for one in held_out if one.wish == "danger"]
    calm = [one for one in held_out if one.kind.startswith("not_danger")]
    others = [one for one in held_out if one.wish != "danger" and one not in calm]
    assert (len(reports), len(calm)) > (100, 100)
    assert sum(heard[one] for one in reports) / len(reports) >= 0.85
    assert sum(heard[one] for one in calm) / len(calm) <= 0.06
    assert sum(heard[one] for one in others) / len(others) <= 0.01


@pytest.mark.parametrize(
    "message",
    [
        "is the battery safe",
        "what do I do with a swollen battery",
        "where can I take old batteries",
        "smoke-coloured glass",
        "can the helmet protect me if I get hurt",
        "the kettle switches off",
        "the router is hot",
    ],
)
def test_a_question_about_safety_is_a_question(message, example_index, example_settings):
    assert understand(message, Basis(example_index, example_settings, "en")).intent is None


@pytest.mark.parametrize(
    "message",
    [
        "and sweden",
        "the third one",
        "the bigger one",
        "og sverige",
        "a rower",
        "والسويد",
        "第二个",
        "und Polen",
    ],
)
def test_what_goes_on_with_what_was_said_is_no_wish(message, example_index, example_settings):
    assert understand(message, Basis(example_index, example_settings, "en")).intent is None


def test_short_messages_never_seen_that_go_on_with_what_was_said_are_seldom_small_talk(
    encoder, example_index, example_settings
):
    fitted, basis = classifier(DEFAULT), Basis(example_index, example_settings, "en")
    held_out = [one for one in wishes.messages() if one.held_out and one.kind == "aside"]
    assert len(held_out) > 60
    taken = [one for one in held_out if wishes.understand(one, fitted, encoder, basis)[1] in wishes.BRIEF]
    assert len(taken) / len(held_out) <= 0.03


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("phone number please", "en"),
        ("telefonnummer til kundeservice", "da"),
        ("رقم الهاتف", "ar"),
        ("ممكن اغير طلبي", "ar"),
        ("who is the ceo", "en"),
        ("why was i charged already", "en"),
    ],
)
def test_a_question_for_a_number_or_a_reason_is_a_question(
    message, language, example_index, example_settings
):
    assert understand(message, Basis(example_index, example_settings, language)).intent is None


@pytest.mark.parametrize(
    ("kind", "floor", "ceiling"),
    [("upset_matter", 0.85, 1.0), ("strong_words", 0.0, 0.07)],
    ids=["a subject told in anger", "a thing told of in strong words"],
)
def test_anger_at_us_is_told_from_strong_words_about_a_thing(
    encoder, example_index, example_settings, kind, floor, ceiling
):
    fitted, basis = classifier(DEFAULT), Basis(example_index, example_settings, "en")
    held_out = [one for one in wishes.messages() if one.held_out and one.kind == kind]
    assert len(held_out) == 60
    angry = ["upset" in wishes.understand(one, fitted, encoder, basis) for one in held_out]
    assert floor <= sum(angry) / len(angry) <= ceiling


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("thanks", "vielen dank, das hat mir geholfen"),
        ("thanks", "tack så mycket, det hjälpte mig verkligen"),
        (None, "thanks for telling me how long the delivery takes"),
    ],
)
def test_small_talk_in_more_words_must_be_plain_and_answered_by_no_article(
    wish, message, example_index, example_settings
):
    intent = understand(message, Basis(example_index, example_settings, "en")).intent
    assert (intent.wish if intent else None) == wish


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (None, "jeg er blevet trukket to gange for én ordre"),
        (None, "mit cykelstel er revnet efter 6 år, er det noget I dækker"),
        ("upset", "das ist eine Frechheit, ihr habt mir schon wieder zu viel berechnet"),
        ("upset", "c'est une honte, ça fait trois semaines que j'attends"),
    ],
)
def test_anger_that_no_wording_tells_of_yields_to_an_article_that_is_likelier(
    wish, message, example_index, example_settings
):
    intent = understand(message, Basis(example_index, example_settings, "en")).intent
    assert (intent.wish if intent else None) == wish


@pytest.mark.parametrize("message", ["a prywatnie?", "وطبيب الجلدية؟", "og til cykler"])
def test_what_carries_on_is_neither_anger_nor_a_call_for_a_person(message, example_index, example_settings):
    assert understand(message, Basis(example_index, example_settings, "pl")).intent is None


def test_a_greeting_in_a_language_that_the_bot_does_not_speak_is_returned_in_the_page_s(
    example_index, example_settings
):
    intent = understand("moin", Basis(example_index, example_settings, "da")).intent
    assert intent == Intent("greeting", "da")
