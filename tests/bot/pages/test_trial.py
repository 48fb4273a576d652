"""A question tried."""

import pytest

from bot.pages.trial import trial
from tests.bot.fakes import FakeLive, knowledge, settings


def tried(question, language="detected"):
    return trial(FakeLive(knowledge()), settings(), question, language)


def test_a_question_tried_shows_reply_limits_and_figures():
    shown = tried("How do I send something back?", "en")
    assert "<dd>answer</dd>" in shown
    assert "answers from 60%, suggests from 30%" in shown
    assert "sure · 100%" in shown
    assert "question: How do I send something back?" in shown


def test_a_question_tried_shows_what_counted_for_each_article():
    shown = tried("Which unicycle label is in my account?", "en")
    assert shown.count('class="reasons"') == shown.count("</details>") >= 2
    assert shown.count('open=""') == 1
    assert "<bdi>unicycle</bdi> unknown in this language" in shown
    assert "<bdi>label</bdi> 14% of 14%" in shown
    assert "<dt>Read as</dt><dd>which unicycle label is in my account?</dd>" in shown
    assert "−4.00" in shown


def test_agents_articles_are_not_tried():
    assert "Goodwill" not in tried("How much goodwill may I give?", "en")


@pytest.mark.parametrize("question", ["", " \n", "x" * 100_000, "\x00\x01\x02\x03", None])
def test_a_message_that_the_chat_would_refuse_is_refused(question):
    assert "notice warn" in tried(question)


def test_without_an_index_nothing_can_be_tried():
    assert "no index yet" in trial(FakeLive(None), settings(), "returns", "en")
