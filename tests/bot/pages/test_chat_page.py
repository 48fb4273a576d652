import json
import re

import pytest

from bot.phrase import phrase
from tests.bot.answer.test_condition import BIKES, WEIGHT
from tests.bot.conftest import fake_assistant, running
from tests.bot.fakes import LIBRARY, knowledge
from tests.bot.pages.chat import (
    NEARLY,
    SENTENCE,
    SURE,
    UNKNOWN,
    ask,
    box,
    drawn,
    name,
    next_reply,
    press,
    reloaded,
    replies,
    said,
)
from tests.patience import wait_for

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser
MOST_MILLISECONDS = 300
TRIES = 10


def test_an_answer_opens_with_its_sentence_and_shows_its_source(visit):
    page = visit()
    reply = ask(page, SURE, "answer")
    assert reply.locator(".lead").inner_text() == SENTENCE
    source = reply.locator(".source").inner_text()
    assert "Returning an item" in source
    assert "March 2026" in source
    assert reply.inner_text().count(SENTENCE) == 1


def test_a_source_opens_in_the_page_at_its_section(visit):
    page = visit()
    reply = ask(page, "Handing a return by parcel in at a shop is free", None)
    reply.locator(".source").click()
    reader = page.get_by_role("dialog")
    reader.get_by_role("heading", name="Price of a return").wait_for()
    reader.get_by_role("link", name="Delivery").click()
    reader.get_by_role("heading", name="How long delivery takes").wait_for()
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    assert page.url.rstrip("/").count("/") == 2


def test_a_reply_begins_at_once(visit):
    page = visit()
    ask(page, "hello", "small_talk")
    assert any(_milliseconds(page, place) < MOST_MILLISECONDS for place in range(TRIES))


_WATCH = """() => {
    let pressed;
    addEventListener("keydown", () => (pressed = performance.now()), { capture: true, once: true });
    const watch = new MutationObserver((changes) => {
        const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
        if (!added.some((one) => one.matches(".message.answer"))) return;
        window.took = performance.now() - pressed;
        watch.disconnect();
    });
    watch.observe(document.querySelector("#log"), { childList: true });
}"""


def _milliseconds(page, place):
    """From the key to the answer by the page's own clock; the best of some tells what the page takes."""
    box(page).fill(SURE)
    page.evaluate(_WATCH)
    box(page).press("Enter")
    page.locator("#log .message.answer").nth(place).wait_for()
    return page.evaluate("window.took")


def test_the_wait_is_shown_and_said(visit):
    page = visit()
    held = []
    page.route("**/run/ask", lambda route: held.append(route))
    with page.expect_request("**/run/ask"):
        box(page).fill(SURE)
        box(page).press("Enter")
    waiting = page.locator("#log[role=log][aria-live=polite] .thinking")
    assert waiting.inner_text() == phrase("thinking", "en")
    assert said(page).inner_text() == SURE
    held[0].continue_()
    page.locator("#log .message.answer").wait_for()
    assert not waiting.is_visible()


def test_suggestions_can_be_chosen_or_turned_down_by_keyboard_alone(visit):
    page = visit()
    reply = ask(page, NEARLY, "suggestions")
    first = reply.locator(".choice").first
    first.focus()
    asked, before = name(first), replies(page).count()
    page.keyboard.press("Enter")
    next_reply(page, before, "answer")
    assert said(page).last.inner_text() == asked
    expect(box(page)).to_be_focused()
    ask(page, NEARLY, "suggestions")
    before = replies(page).count()
    press(page, phrase("none_of_these", "en"))
    next_reply(page, before)


def test_a_button_pressed_while_a_reply_is_awaited_is_carried_out_after_it(visit):
    page = visit()
    offered = ask(page, NEARLY, "suggestions")
    release = _held(page, SURE)
    choice, before = offered.locator(".choice").first, replies(page).count()
    chosen = name(choice)
    choice.click()
    choice.click()
    assert choice.get_attribute("aria-busy") == "true"
    assert said(page).all_inner_texts() == [NEARLY, SURE, chosen]
    release()
    next_reply(page, before + 1, "answer")
    assert said(page).all_inner_texts() == [NEARLY, SURE, chosen]
    assert choice.get_attribute("aria-busy") is None
    assert replies(page).count() == before + 2
    drawn(reloaded(page))
    assert said(page).all_inner_texts() == [NEARLY, SURE, chosen]


def test_a_person_called_and_a_thumb_given_while_a_reply_is_awaited_are_not_lost(visit, host):
    page = visit()
    answered = ask(page, SURE, "answer")
    before, release = replies(page).count(), _held(page, UNKNOWN)
    answered.get_by_role("button", name=phrase("helpful", "en")).click()
    page.locator("#person").click()
    release()
    next_reply(page, before + 1, "handoff")
    answered.locator(".thumb[aria-pressed=true]").wait_for()
    token = page.evaluate("localStorage.getItem('askdesk.conversation')")
    assert [message.helpful for message in host.transcript(token) if message.kind == "answer"] == [True]
    assert host.store.last_ticket(token).reason == "asked"


def test_what_is_written_while_a_reply_is_awaited_is_sent_after_it_unless_it_is_written_on(visit):
    page = visit()
    release = _held(page, SURE)
    box(page).fill("hello")
    box(page).press("Enter")
    box(page).press("Enter")
    assert box(page).input_value() == "hello"
    release()
    next_reply(page, 1, "small_talk")
    assert box(page).input_value() == ""
    release = _held(page, SURE)
    box(page).fill("hello")
    box(page).press("Enter")
    box(page).fill("hello there, I")
    release()
    next_reply(page, 2, "answer")
    assert box(page).input_value() == "hello there, I"
    box(page).press("Enter")
    next_reply(page, 3)
    assert said(page).all_inner_texts() == [SURE, "hello", SURE, "hello there, I"]


def _held(page, text):
    """Sends a text whose reply the network keeps back; gives what lets it through."""
    held = []
    page.route("**/run/ask", lambda route: held.append(route), times=1)
    with page.expect_request("**/run/ask"):
        box(page).fill(text)
        box(page).press("Enter")
    expect(box(page)).to_have_value("")
    return lambda: held[0].continue_()


def test_examples_start_the_conversation(visit):
    page = visit()
    page.locator(".welcome .choice").first.click()
    next_reply(page, 0, "answer")


def test_a_thumb_is_kept_and_a_thumb_down_offers_the_next_cause(visit):
    page = visit()
    reply = ask(page, SURE, "answer")
    reply.get_by_role("button", name=phrase("helpful", "en")).click()
    reply.get_by_text(phrase("rated_helpful", "en")).wait_for()
    before = replies(page).count()
    reply.get_by_role("button", name=phrase("not_helpful", "en")).click()
    assert SENTENCE not in next_reply(page, before).inner_text()
    drawn(reloaded(page))
    thumbs = page.locator(".thumb[aria-pressed=true]")
    assert thumbs.count() == 1
    assert thumbs.get_attribute("aria-label") == phrase("not_helpful", "en")


def test_the_product_is_asked_for_with_a_button_each(chromium, tmp_path):
    page = chromium.new_page()
    with running(fake_assistant(tmp_path, knowledge((*BIKES, *LIBRARY)))) as site:
        page.goto(site)
        asked = ask(drawn(page), WEIGHT, "suggestions")
        assert asked.locator(".choice").all_inner_texts() == [
            "Havrik Strand E1",
            "Havrik Strand E2",
            phrase("none_of_these", "en"),
        ]
        before = replies(page).count()
        press(page, "Havrik Strand E2")
        assert "24 kg" in next_reply(page, before, "answer").inner_text()
        assert said(page).last.inner_text() == "Havrik Strand E2"
    page.close()


def test_a_person_is_called_with_a_number_and_the_contact_is_asked_for_once(visit, host):
    page = visit()
    ask(page, SURE, "answer")
    before = replies(page).count()
    press(page, phrase("person_button", "en"))
    reply = next_reply(page, before, "handoff")
    ticket = host.store.tickets()[-1]
    assert str(ticket.number) in reply.locator("strong").first.inner_text()
    reply.get_by_label(phrase("contact_email", "en")).fill("not an address")
    press(page, phrase("contact_send", "en"))
    warning = page.get_by_text(phrase("contact_bad_email", "en"))
    warning.wait_for()
    email = reply.get_by_label(phrase("contact_email", "en"))
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    email.fill("ada@")
    assert warning.is_visible()
    email.fill("ada@example.com")
    expect(warning).to_be_hidden()
    press(page, phrase("contact_send", "en"))
    page.get_by_text(phrase("contact_thanks", "en", number=ticket.number)).wait_for()
    assert host.store.ticket(ticket.number).email == "ada@example.com"
    drawn(reloaded(page))
    assert not page.locator("#person").is_visible()
    ask(page, "let me talk to a human", "handoff")
    page.get_by_text(phrase("handoff_already", "en", number=ticket.number)).wait_for()
    assert page.locator(".reach").count() == 0


def test_the_page_is_in_the_browser_s_language_until_another_is_chosen(visit):
    page = visit(locale="pl-PL")
    assert page.evaluate("document.documentElement.lang") == "pl"
    page.get_by_role("button", name=phrase("person_button", "pl")).wait_for()
    page.get_by_label(phrase("language_label", "pl")).select_option("da")
    page.get_by_role("button", name=phrase("person_button", "da")).wait_for()
    expect(box(page)).to_have_attribute("placeholder", phrase("question_placeholder", "da"))
    drawn(reloaded(page))
    assert page.evaluate("document.documentElement.lang") == "da"


def test_an_arabic_page_runs_from_right_to_left(visit):
    page = visit(locale="ar", width=360, height=740)
    assert page.evaluate("document.documentElement.dir") == "rtl"
    page.get_by_role("button", name=phrase("person_button", "ar")).wait_for()
    expect(box(page)).to_have_css("direction", "rtl")
    ask(page, "مرحبا", "small_talk")
    reply = ask(page, SURE, "answer")
    expect(said(page).first).to_have_css("direction", "rtl")
    expect(said(page).last).to_have_css("direction", "ltr")
    expect(reply.locator(".lead")).to_have_css("direction", "ltr")


def test_the_page_follows_the_language_of_the_conversation(visit):
    page = visit(locale="en-GB")
    ask(page, "كم المدة المتاحة لإرجاع المنتج؟")
    page.locator("html[lang=ar][dir=rtl]").wait_for()
    page.get_by_role("button", name=phrase("person_button", "ar")).wait_for()


@pytest.mark.parametrize(
    ("text", "key"),
    [("", "empty"), ("\u200b \t", "empty"), ("👍👍🏽", "wordless"), ("x\x00\x01" * 40, "binary")],
)
def test_what_can_t_be_read_gets_a_sentence(visit, text, key):
    page = visit()
    reply = ask(page, text, "error")
    assert reply.locator("p").inner_text() == phrase(f"message_{key}", "en")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_why_a_message_is_too_long_is_seen_above_the_box_that_holds_it_again(visit, motion):
    page = visit(width=360, height=640)
    page.emulate_media(reduced_motion=motion)
    ask(page, SURE, "answer")
    ask(page, "long " * 600, "error")
    wait_for(lambda: box(page).evaluate("box => box.clientHeight") > 100)
    wait_for(lambda: page.evaluate(_IN_SIGHT))


_IN_SIGHT = """() => {
    const [error, composer] = ["#log .error", "#composer"].map((one) => document.querySelector(one));
    return error.getBoundingClientRect().bottom <= composer.getBoundingClientRect().top;
}"""


def test_what_was_refused_is_gone_once_something_was_heard(visit):
    page = visit()
    ask(page, SURE, "answer")
    for text in ("👍", "👍" * 20):
        box(page).fill(text)
        box(page).press("Enter")
        page.locator("#log .customer:not(.pending)").get_by_text(text, exact=True).wait_for()
    assert page.locator("#log .message.error").count() == 1
    assert said(page).all_inner_texts() == [SURE, "👍" * 20]
    box(page).fill(SURE)
    box(page).press("Enter")
    page.locator("#log .message.error").wait_for(state="detached")
    page.locator("#log .message.customer").nth(1).wait_for()
    assert said(page).all_inner_texts() == [SURE, SURE]


def test_a_message_far_too_long_gets_a_sentence_and_stays_in_the_box(visit):
    page = visit()
    text = "long " * 30_000
    reply = ask(page, text, "error")
    assert "100" in reply.inner_text()
    assert len(box(page).input_value()) == len(text)


def test_markup_in_a_message_stays_text(visit):
    page = visit()
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script> \u202egnp.exe'
    ask(page, attack)
    drawn(reloaded(page))
    assert "<script>" in said(page).inner_text()
    assert page.locator("#log img, #log script").count() == 0
    assert page.title() == phrase("page_title", "en", company="Kestrel")


def test_a_new_conversation_leaves_the_old_one(visit):
    page = visit()
    ask(page, SURE, "answer")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name=phrase("new_conversation", "en")).click()
    said(page).wait_for(state="detached")
    assert asked == [phrase("new_conversation_sure", "en")]
    assert page.locator("#log .welcome").is_visible()


def test_a_conversation_that_is_gone_begins_anew(visit):
    page = visit()
    ask(page, "hello", "small_talk")
    page.evaluate("localStorage.setItem('askdesk.conversation', 'x'.repeat(22))")
    drawn(reloaded(page))
    assert said(page).count() == 0
    ask(page, SURE, "answer")


@pytest.mark.parametrize(
    ("width", "locale"), [(320, "pl"), (360, "en"), (360, "ar"), (768, "da"), (1280, "zh")]
)
def test_nothing_is_wider_than_the_screen(visit, width, locale):
    page = visit(locale=locale, width=width, height=740)
    page.get_by_role("button", name=phrase("person_button", locale)).wait_for()
    ask(page, SURE, "answer")
    ask(page, NEARLY, "suggestions")
    ask(page, "x" * 300)
    page.locator("#person").click()
    page.locator(".reach").wait_for()
    wide = "element => element.scrollWidth > element.clientWidth + 1"
    assert not page.locator("html").evaluate(wide)
    assert not page.locator("#log").evaluate(wide)
    for button in ("#person", "#send", ".thumb >> nth=0", ".choice >> nth=0"):
        place = page.locator(button).bounding_box()
        assert place["height"] >= 44
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(visit, locale, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(locale=locale, color_scheme=scheme, bypass_csp=True)
    assert _faults(axe, page) == []
    ask(page, SURE, "answer")
    ask(page, NEARLY, "suggestions")
    ask(page, "", "error")
    page.locator("#person").click()
    page.locator(".reach").wait_for()
    assert _faults(axe, page) == []
    page.locator(".source").first.click()
    page.get_by_role("dialog").wait_for()
    assert _faults(axe, page) == []


def _faults(axe, page):
    found = axe.run(page).response["violations"]
    return [f"{one['impact']} {one['id']}: {json.dumps(one['nodes'][0]['html'])}" for one in found]


def test_nothing_of_gradio_s_own_is_offered(visit):
    page = visit()
    assert page.get_by_text(re.compile("gradio|settings|use via api", re.IGNORECASE)).count() == 0
