from datetime import UTC, datetime

import pytest

from bot.pages.bubble import LONG_PASSAGE, bubbles, welcome
from bot.phrase import phrase
from bot.state.record import Message

ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def message(author="bot", text="", kind="answer", document=None, helpful=None):
    return Message(7, 1, author, text, kind, document, datetime.now(UTC), helpful)


def citation(**more):
    return {
        "article": "returns",
        "language": "en",
        "title": "Returns",
        "section": "",
        "anchor": "",
        "url": "/articles/en/returns",
        "reviewed": None,
        "markdown": "Within 30 days. Keep the box.",
        **more,
    }


def answer(sentence="Within 30 days.", language="en", foreign=False, **more):
    document = {
        "language": language,
        "sentence": sentence,
        "foreign": foreign,
        "citations": [citation(**more)],
    }
    return message(document=document)


def html(*messages, page_language="en"):
    return "".join(one["html"] for one in bubbles(messages, page_language))


def test_the_sentence_is_not_said_again_by_the_passage_it_opens():
    made = html(answer())
    assert made.count("Within 30 days.") == 1
    assert "Keep the box." in made


def test_a_long_passage_starts_folded_and_a_short_one_does_not():
    assert "<details>" not in html(answer())
    made = html(answer(markdown="Within 30 days. " + "word " * LONG_PASSAGE))
    assert f"<details><summary>{phrase('passage_more', 'en')}</summary>" in made


def test_a_passage_with_nothing_but_the_sentence_is_left_out():
    assert 'class="passage"' not in html(answer(markdown="Within 30 days."))


def test_an_article_in_another_language_says_so_and_keeps_its_own_direction():
    made = html(answer(language="ar", foreign=True), page_language="ar")
    assert '<article class="message bot answer" lang="ar" dir="rtl"' in made
    assert '<p class="lead" lang="en" dir="ltr">' in made
    assert phrase("answer_foreign", "ar", article_language="\0").split("\0")[0] in made


def test_the_source_says_when_it_was_checked():
    assert '<time datetime="2026-09-14">' in html(answer(reviewed="2026-09-14"))
    assert "<time" not in html(answer())


def test_a_date_in_arabic_takes_the_direction_of_its_own_words():
    """2026-10-05 from the left, and what the page makes of it, "5 أكتوبر 2026", from the right."""
    first_strong, end = "\u2068", "\u2069"
    made = html(answer(language="ar", reviewed="2026-10-05"), page_language="ar")
    assert f'{first_strong}<time datetime="2026-10-05">2026-10-05</time>{end}' in made


def test_what_the_thumb_said_is_shown():
    helpful = answer()
    assert 'aria-pressed="true"' not in html(helpful)
    assert html(message(document=helpful.document, helpful=False)).count('aria-pressed="true"') == 1


def test_nothing_that_was_written_becomes_markup():
    suggestions = [{"question": ATTACK, "article": ATTACK, "language": "en", "confidence": 0.5}]
    made = html(
        message("customer", ATTACK, "question"),
        message("bot", ATTACK, "rephrase"),
        message("agent", ATTACK, "message"),
        message(text="Which?", kind="suggestions", document={"language": ATTACK, "suggestions": suggestions}),
        answer(
            ATTACK,
            title=ATTACK,
            section=ATTACK,
            url=ATTACK,
            reviewed=ATTACK,
            markdown=ATTACK,
            language=ATTACK,
        ),
    )
    made += welcome([ATTACK], ATTACK, "en")
    assert "<script" not in made
    assert "<img" not in made


def test_a_contact_is_asked_for_until_one_was_given_or_declined():
    handoff = message(text="Number 1", kind="handoff", document={"language": "en", "contact": True})
    assert "<form" in html(handoff)
    assert "<form" not in html(handoff, message(text="Thank you", kind="contact"))


@pytest.mark.parametrize("kind", ["withdrawn", "ended"])
def test_who_needs_nobody_any_more_is_not_asked_for_a_contact(kind):
    handoff = message(text="Number 1", kind="handoff", document={"language": "en", "contact": True})
    closed = message(text="Number 1 is closed", kind=kind)
    assert 'name="email"' not in html(handoff, closed)
    again = message(text="Number 2", kind="handoff", document={"language": "en", "contact": True})
    assert html(handoff, closed, again).count('name="email"') == 1


def test_the_sentence_is_not_said_again_however_the_passage_marks_it():
    made = html(answer("Within 30 days.", markdown="Within **30 days**. Keep the box."))
    assert made.count("30 days") == 1


def test_a_passage_that_only_says_the_sentence_again_starts_folded():
    listed = {"sentence": "We don't take: cheques, cash.", "markdown": "We don't take:\n\n- cheques\n- cash"}
    assert "<details>" in html(answer(**listed))
    assert "<details>" not in html(answer())


def test_the_page_learns_its_own_keys_and_not_those_of_agents():
    said = [
        Message(n, n, author, "Hello", "message", None, datetime(2026, 3, 1, tzinfo=UTC), key=f"key{n}")
        for n, author in enumerate(("customer", "agent", "bot"), 1)
    ]
    assert [one["key"] for one in bubbles(said, "en")] == ["key1", None, None]


def test_a_suggestion_shows_how_its_answer_opens_in_the_language_of_its_article():
    offered = {
        "question": "Returns?",
        "article": "returns",
        "language": "ar",
        "sentence": f"خلال 30 {ATTACK}",
    }
    document = {"language": "en", "suggestions": [offered, {**offered, "sentence": ""}]}
    shown = html(message(kind="suggestions", document=document))
    assert shown.count("<small") == 1
    assert '<small lang="ar" dir="rtl">خلال 30 ' in shown
    assert "<script" not in shown
