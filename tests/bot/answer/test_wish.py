"""How well wishes and follow-ups are understood with the real model; floors, not targets."""

import pytest

from bot.answer import consider
from bot.answer.consider import Basis
from bot.answer.reply import SmallTalk
from bot.editions import open_index
from bot.wishes.meaning import classifier
from index.model import DEFAULT
from tests.benchmarks import conversations, wishes

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def index(example_settings):
    return open_index(example_settings, pytest.fail)


@pytest.fixture(scope="module")
def outcomes(index, example_settings):
    return conversations.measure(index, example_settings)


def share(outcomes, right, **which):
    those = [one for one in outcomes if all(getattr(one.asked, key) == value for key, value in which.items())]
    assert len(those) > 20
    return sum(map(right, those)) / len(those)


@pytest.mark.parametrize("held_out", [False, True])
def test_follow_ups_are_understood_with_the_topic_in_mind(outcomes, held_out):
    answerable = [one for one in outcomes if one.asked.expect]
    which = {"follows": True, "held_out": held_out}
    assert share(answerable, lambda one: one.right, **which) >= 0.85
    assert share(answerable, lambda one: one.right_alone, **which) <= 0.60


@pytest.mark.parametrize("held_out", [False, True])
def test_a_change_of_subject_is_left_alone(outcomes, held_out):
    with_topic = share(outcomes, lambda one: one.right, follows=False, held_out=held_out)
    without = share(outcomes, lambda one: one.right_alone, follows=False, held_out=held_out)
    assert with_topic >= without - 0.09


def test_follow_ups_that_no_article_answers_are_seldom_answered(outcomes):
    strangers = [one for one in outcomes if not one.asked.expect]
    assert share(strangers, lambda one: one.answered) <= 0.10


def test_who_wants_a_person_is_upset_or_was_not_helped_is_understood_in_words_never_seen(
    encoder, index, example_settings
):
    fitted, basis = classifier(DEFAULT), Basis(index, example_settings, "en")
    held_out = [one for one in (*wishes.messages(), *wishes.golden()) if one.held_out]
    understood = {one: wishes.understand(one, fitted, encoder, basis) for one in held_out}
    for wish, floor in (("person", 0.85), ("upset", 0.75), ("unhelpful", 0.70)):
        wished = [one for one in held_out if one.wish == wish]
        assert sum(wish in understood[one] for one in wished) / len(wished) >= floor, wish
        others = [one for one in held_out if one.wish == "other"]
        assert sum(wish in understood[one] for one in others) / len(others) <= 0.03, wish


@pytest.mark.parametrize(
    ("message", "wish"),
    [
        ("danke schön", "thanks"),
        ("merci beaucoup", "thanks"),
        ("terima kasih", "thanks"),
        ("дякую", "thanks"),
        ("goedemorgen", "greeting"),
        ("guten tag", "greeting"),
        ("dobar dan", "greeting"),
        ("tot ziens", "farewell"),
    ],
)
def test_small_talk_in_a_language_without_phrases_is_understood(message, wish, index, example_settings):
    considered = consider.consider(message, Basis(index, example_settings, "en"))
    assert considered.reply == SmallTalk(wish, considered.reply.language)
    assert considered.frame == "en"


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
def test_a_subject_in_a_word_is_no_wish(subject, index, example_settings):
    assert consider.understand(subject, Basis(index, example_settings, "en")).intent is None


def test_danger_is_known_in_words_never_seen_and_seldom_heard_in_others(encoder, index, example_settings):
    fitted, basis = classifier(DEFAULT), Basis(index, example_settings, "en")
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
        "my son was hurt",
        "der Akku raucht",
        "hi, it is me again. i got hurt when the brake failed",
        "バッテリーから煙が出ています",
    ],
)
def test_who_reports_danger_outside_of_a_conversation_is_told_to_get_to_safety(
    message, index, example_settings
):
    considered = consider.consider_once(message, Basis(index, example_settings, "en"))
    assert considered.reply.reason == "danger"
    assert "112" in considered.text


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
def test_a_question_about_safety_is_a_question(message, index, example_settings):
    assert consider.understand(message, Basis(index, example_settings, "en")).intent is None


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
def test_what_goes_on_with_what_was_said_is_no_wish(message, index, example_settings):
    assert consider.understand(message, Basis(index, example_settings, "en")).intent is None


def test_short_messages_never_seen_that_go_on_with_what_was_said_are_seldom_small_talk(
    encoder, index, example_settings
):
    fitted, basis = classifier(DEFAULT), Basis(index, example_settings, "en")
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
def test_a_question_for_a_number_or_a_reason_is_a_question(message, language, index, example_settings):
    assert consider.understand(message, Basis(index, example_settings, language)).intent is None


@pytest.mark.parametrize(
    ("kind", "floor", "ceiling"),
    [("upset_matter", 0.85, 1.0), ("strong_words", 0.0, 0.07)],
    ids=["a subject told in anger", "a thing told of in strong words"],
)
def test_anger_at_us_is_told_from_strong_words_about_a_thing(
    encoder, index, example_settings, kind, floor, ceiling
):
    fitted, basis = classifier(DEFAULT), Basis(index, example_settings, "en")
    held_out = [one for one in wishes.messages() if one.held_out and one.kind == kind]
    assert len(held_out) == 60
    angry = ["upset" in wishes.understand(one, fitted, encoder, basis) for one in held_out]
    assert floor <= sum(angry) / len(angry) <= ceiling
