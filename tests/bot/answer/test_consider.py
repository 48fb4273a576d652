"""What is replied in the light of what was said before, with the real model; floors, not targets."""

import pytest

from bot.answer.consider import Basis, consider, consider_once, find
from bot.answer.follow_up import Topic
from bot.answer.reply import SmallTalk
from kb.language import Language
from tests.benchmarks import conversations

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def outcomes(example_index, example_settings):
    return conversations.measure(example_index, example_settings)


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
def test_small_talk_in_a_language_without_phrases_is_understood(
    message, wish, example_index, example_settings
):
    considered = consider(message, Basis(example_index, example_settings, "en"))
    assert considered.reply == SmallTalk(wish, considered.reply.language)
    assert considered.frame == "en"


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
    message, example_index, example_settings
):
    considered = consider_once(message, Basis(example_index, example_settings, "en"))
    assert considered.reply.reason == "danger"
    assert "112" in considered.text


@pytest.mark.parametrize("message", ["and sweden?", "what about poland?"])
def test_a_country_that_is_added_to_a_question_stays_with_the_article_that_answers_it(
    message, example_index, example_settings
):
    asked = "what does shipping cost to germany?"
    basis = Basis(example_index, example_settings, "en", topic=Topic(asked, asked), unanswered=asked)
    found = find(message, Language("en", 1.0), basis)
    slugs = [hit.passage.article.slug for hit in found.hits]
    assert slugs[0] == "delivery-costs"
    assert len(set(slugs)) == len(slugs)
