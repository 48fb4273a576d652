import pytest

from bot.phrase import phrase
from tests.bot.conftest import fake_assistant, running
from tests.bot.pages.chat import SURE, ask, box, drawn, next_reply, reloaded

pytestmark = pytest.mark.browser


def test_a_silence_is_broken_by_a_question_then_by_a_kind_word_and_outlives_a_reload(chromium, tmp_path):
    page, calls = chromium.new_page(), []
    page.on("request", lambda request: calls.append(1) if request.url.endswith("run/silence") else None)
    with running(fake_assistant(tmp_path, silence_minutes=0.15)) as site:
        page.goto(site)
        drawn(page)
        page.wait_for_timeout(3000)
        assert calls == []
        ask(page, SURE, "answer")
        page.get_by_text(phrase("silence_more", "en")).wait_for()
        drawn(reloaded(page))
        page.get_by_text(phrase("silence_close", "en")).wait_for()
        page.wait_for_timeout(3000)
        assert len(calls) == 2
        assert page.locator("#log .nudge").count() == page.locator("#log .closing").count() == 1
        ask(page, SURE, "answer")
    page.close()


def test_a_silence_that_the_server_did_not_hear_of_is_told_again(chromium, tmp_path):
    page, lost = chromium.new_page(), []
    page.route("**/run/silence", lambda route: (lost.append(route), route.abort()), times=1)
    with running(fake_assistant(tmp_path, silence_minutes=0.1)) as site:
        page.goto(site)
        ask(drawn(page), SURE, "answer")
        page.get_by_text(phrase("silence_more", "en")).wait_for()
        assert lost
    page.close()


def test_who_is_typing_is_not_asked_for_more(chromium, tmp_path):
    page = chromium.new_page()
    with running(fake_assistant(tmp_path, silence_minutes=0.02)) as site:
        page.goto(site)
        box(drawn(page)).fill(SURE)
        box(page).press("Enter")
        box(page).fill("one more thing")  # before the silence begins, however slow this is
        next_reply(page, 0, "answer")
        page.wait_for_timeout(4000)
        assert page.locator("#log .nudge").count() == 0
    page.close()
