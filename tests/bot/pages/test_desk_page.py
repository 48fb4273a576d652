from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.pages import chip
from bot.pages.element import block, element
from bot.pages.highlight import highlight
from index.hit import Thresholds
from tests.bot.fakes import RETURNS

TODAY = date(2026, 6, 1)


def test_confidence_is_said_in_words_and_percent():
    thresholds = Thresholds(answer=0.8, suggest=0.4)
    assert "sure · 80%" in chip.confidence(0.8, thresholds)
    assert "possible · 40%" in chip.confidence(0.4, thresholds)
    assert "unlikely · 39%" in chip.confidence(0.39, thresholds)
    assert "The chat would answer with it" in chip.confidence(0.8, thresholds)


@pytest.mark.parametrize(
    ("article", "tip"),
    [
        (RETURNS, "The chat would answer with it"),
        (replace(RETURNS, expires=TODAY), "The chat would answer with it"),
        (replace(RETURNS, expires=TODAY - timedelta(days=1)), "The chat never shows it: it has expired"),
        (replace(RETURNS, audience="agents"), "The chat never shows it: it is for agents"),
    ],
)
def test_of_what_customers_are_not_shown_no_answer_of_the_chat_is_promised(article, tip):
    drawn = chip.confidence(0.8, Thresholds(answer=0.8, suggest=0.4), chip.hidden(article, TODAY))
    assert f'title="{tip}"' in drawn
    assert "sure · 80%" in drawn


@pytest.mark.parametrize(
    ("reviewed", "expires", "overdue"),
    [
        (TODAY - timedelta(days=365), None, False),
        (TODAY - timedelta(days=366), None, True),
        (None, None, True),
        (TODAY, TODAY, False),
        (TODAY, TODAY - timedelta(days=1), True),
    ],
)
def test_an_article_is_overdue_after_a_year_or_when_it_has_expired(reviewed, expires, overdue):
    one = replace(RETURNS, reviewed=reviewed, expires=expires)
    assert chip.overdue(one, TODAY) is overdue
    assert ("chip warn" in chip.freshness(one, TODAY) or "chip bad" in chip.freshness(one, TODAY)) is overdue


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=3, minutes=59), "3 hours"),
        (timedelta(days=400), "1 year"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(span, words):
    assert chip.ago(span) == words


def test_a_highlight_reaches_other_forms_of_a_word_and_leaves_tags_alone():
    markup = '<p title="returns > all">Returned parcels &amp; returns</p>'
    assert highlight(markup, "return", "en") == (
        '<p title="returns > all"><mark>Returned</mark> parcels &amp; <mark>returns</mark></p>'
    )


def test_a_word_that_is_still_being_typed_is_marked_by_its_beginning():
    assert highlight("<p>the warranty</p>", "bicycle warr", "en") == "<p>the <mark>warranty</mark></p>"


def test_short_words_are_not_marked():
    assert "<mark>" not in highlight("<p>to the</p>", "to the ", "en")


def test_words_are_marked_in_scripts_without_spaces_and_with_other_letters():
    assert "<mark>退货</mark>" in highlight("<p>如何退货？</p>", "退货", "zh")
    assert "<mark>الإرجاع</mark>" in highlight("<p>ملصق الإرجاع</p>", "إرجاع", "ar")


def test_text_in_an_element_is_escaped_and_a_block_is_one_line():
    made = element("p", "<b>\n\n&", title='"x"')
    assert block(made) == '<div><p title="&quot;x&quot;">&lt;b&gt;&#10;&#10;&amp;</p></div>'
