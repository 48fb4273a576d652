"""Who waits for a person, seen in a browser: the line that follows the queue, the apology, the choice."""

from datetime import timedelta

import pytest

from bot.access.user import LOCAL
from bot.notify.outbox import Outbox
from bot.state.presence import Presence
from bot.takeover.keeper import Keeper
from tests.bot.conftest import fake_assistant, running, visits
from tests.bot.pages.chat import drawn

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("waiting"))


@pytest.fixture(scope="module")
def site(assistant):
    with running(assistant) as address:
        yield address


def began(assistant):
    """When the customer who came last began to wait: how slow this machine is makes no wait longer."""
    ticket = assistant.store.tickets()[-1]
    return ticket.waiting_since or ticket.created


@pytest.fixture
def look(assistant):
    """A keeper's look, once the customer who came last has waited for so many minutes."""

    def look(minutes):
        later = began(assistant) + timedelta(minutes=minutes)
        Keeper(assistant.store, Outbox(assistant.store.engine), assistant.settings, lambda: later).look()

    return look


@pytest.fixture
def visit(chromium, site):
    with visits(chromium, site, 800) as visit:

        def wait(locale, width):
            page = drawn(visit(locale, width))
            page.locator("#person").click()
            page.locator("#log .message.handoff").wait_for()
            return page

        yield wait


def test_the_line_above_the_chat_follows_the_queue_and_a_call_back_is_chosen_and_kept(visit, assistant, look):
    page = visit("en-GB", 1280)
    line = page.locator("#attendant small")
    line.get_by_text("I can't say yet how long it will take.").wait_for()
    messages = page.locator("#log .message").count()
    Presence(assistant.store.engine).seen(LOCAL, began(assistant))
    look(0)
    page.get_by_text("You're next in line. Expected wait: up to 5 minutes.").wait_for()
    assert page.locator("#log .message").count() == messages

    Presence(assistant.store.engine).left(LOCAL)
    look(11)
    page.locator(".apology", has_text="nobody has come in 11 minutes").wait_for()
    page.locator(".ways summary", has_text="Call me back").click()
    number = page.get_by_label("Telephone number")
    expect(number).to_be_focused()
    for written in ("12", "+45 12 34 56 78"):
        number.fill(written)
        number.press("Enter")
        page.locator(".ways .amiss, .message.outlook").last.wait_for()
    page.locator(".message.outlook", has_text="A colleague will call you on +45").wait_for()
    page.locator("#attendant small", has_text="A colleague will call you on").wait_for()
    expect(page.locator(".ways")).to_be_hidden()
    page.reload()
    drawn(page)
    page.locator("#attendant small", has_text="A colleague will call you on").wait_for()
    assert page.locator(".ways").count() == 0
    ticket = assistant.store.tickets()[-1]
    assert (ticket.phone, ticket.promise["kind"]) == ("+45 12 34 56 78", "call")


def test_on_a_phone_in_arabic_the_choice_stands_above_the_box_and_waiting_on_is_thanked_for(visit, look):
    page = visit("ar", 360)
    look(11)
    page.locator(".apology").wait_for()
    page.locator(".ways summary").last.click()
    field = page.locator(".ways details[open] input")
    expect(field).to_be_focused()  # so it was scrolled to
    top = page.locator("#composer").bounding_box()["y"]
    box = field.bounding_box()
    assert box["y"] + box["height"] < top
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator(".ways [data-way=wait]").click()
    page.locator(".message.outlook", has_text="شكرًا لصبركم").wait_for()
