import json
from contextlib import ExitStack

import pytest

from bot.phrase import phrase
from tests.bot.conftest import fake_assistant, passing, running
from tests.bot.notify.receivers import closed_port
from tests.bot.pages.chat import (
    NEARLY,
    SURE,
    ask,
    box,
    drawn,
    name,
    next_reply,
    note,
    offline,
    reloaded,
    replies,
    said,
)

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

A_MOMENT = 300  # milliseconds, in which a second sending would be seen


def noted(page, key):
    """Waits for what is noted under the conversation for a few seconds, until the page tries again."""
    words = json.dumps(phrase(key, "en"))
    return passing(page, f"document.querySelector('#note').textContent === {words}")


def test_a_conversation_comes_back_after_a_reload_and_after_sleep(visit):
    page = visit()
    ask(page, SURE, "answer")
    drawn(reloaded(page))
    assert said(page).all_inner_texts() == [SURE]
    page.evaluate("document.querySelectorAll('#log .message').forEach(message => message.remove())")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.locator("#log .message.answer").wait_for()
    assert said(page).all_inner_texts() == [SURE]


def test_a_conversation_outlives_its_server(chromium, tmp_path):
    page = chromium.new_page()
    with closed_port() as port:
        with running(fake_assistant(tmp_path), port) as site:
            page.goto(site)
            ask(drawn(page), SURE, "answer")
        with noted(page, "unsent"):
            box(page).fill("and then?")
            box(page).press("Enter")
        with ExitStack() as up:
            with noted(page, "connection_back"):
                up.enter_context(running(fake_assistant(tmp_path), port))
            note(page).wait_for(state="hidden")
            assert box(page).input_value() == "and then?"
            ask(page, "hello", "small_talk")
            drawn(reloaded(page))
            assert said(page).all_inner_texts() == [SURE, "hello"]
    page.close()


def test_what_is_written_offline_is_not_lost(visit):
    page = visit()
    ask(page, "hello", "small_talk")
    offline(page)
    with noted(page, "unsent"):
        box(page).fill(SURE)
        box(page).press("Enter")
    assert box(page).input_value() == SURE
    page.context.set_offline(False)
    box(page).press("Enter")
    page.locator("#log .message.answer").wait_for()
    expect(said(page)).to_have_text(["hello", SURE])
    assert box(page).input_value() == ""
    assert note(page).inner_text() in ("", phrase("connection_back", "en"))


def assert_chosen_once(page, chosen):
    """Now, a moment later and after a reload."""
    next_reply(page, 1, "answer")
    note(page).wait_for(state="hidden")
    expect(said(page)).to_have_text([NEARLY, chosen])
    page.wait_for_timeout(A_MOMENT)
    assert said(page).all_inner_texts() == [NEARLY, chosen]
    drawn(reloaded(page))
    assert said(page).all_inner_texts() == [NEARLY, chosen]
    assert replies(page).count() == 2


def test_what_is_pressed_offline_is_sent_once_when_the_connection_is_back(visit):
    page = visit()
    choice = ask(page, NEARLY, "suggestions").locator(".choice").first
    chosen = name(choice)
    offline(page)
    choice.click()
    note(page).filter(has_text=phrase("connection_lost", "en")).wait_for()
    choice.click()
    page.context.set_offline(False)
    assert_chosen_once(page, chosen)


def test_a_press_whose_reply_was_lost_is_stored_once(visit):
    page = visit()
    choice = ask(page, NEARLY, "suggestions").locator(".choice").first
    chosen = name(choice)
    page.route("**/run/choose", lambda route: (route.fetch(), route.abort()), times=1)
    choice.click()
    assert_chosen_once(page, chosen)


def test_a_message_whose_reply_was_lost_is_stored_once(visit, host):
    page = visit()
    ask(page, "hello", "small_talk")
    page.route("**/run/ask", lambda route: (route.fetch(), route.abort()), times=1)
    with noted(page, "unsent"):
        box(page).fill(SURE)
        box(page).press("Enter")
    with page.expect_response("**/run/ask"):
        box(page).press("Enter")
    page.locator("#log .message.answer").wait_for()
    expect(said(page)).to_have_text(["hello", SURE])
    token = page.evaluate("localStorage.getItem('askdesk.conversation')")
    assert [message.text for message in host.transcript(token)].count(SURE) == 1


def test_what_the_server_can_t_keep_goes_back_into_the_box(visit):
    page = visit()
    page.route("**/run/ask", lambda route: route.fulfill(status=500))
    box(page).fill(SURE)
    box(page).press("Enter")
    note(page).filter(has_text=phrase("fault_unsaved", "en")).wait_for()
    assert box(page).input_value() == SURE
    assert said(page).count() == 0


def test_a_draft_survives_a_reload(visit):
    page = visit()
    box(page).fill("half a quest")
    drawn(reloaded(page))
    assert box(page).input_value() == "half a quest"
