"""The desk as an agent meets it: an address that leads nowhere, and a conversation on a small screen."""

import pytest

from tests.bot.conftest import fake_assistant, running, visits

expect = pytest.importorskip("playwright.sync_api").expect

PHONE = (390, 844)
LONG = "A line of the reply.\n" * 30
_BELOW = """(one) => one.getBoundingClientRect().bottom
    - document.querySelector(".composer").getBoundingClientRect().top"""


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A server without users, whose desk is open to the machine itself."""
    return fake_assistant(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(host):
    with running(host) as address:
        yield address


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, PHONE[1]) as visit:
        yield visit


def at_ticket(page, number):
    page.goto(f"{page.url}desk/?ticket={number}")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_ticket_that_is_not_there_is_told_and_leads_back_to_the_list(visit, width):
    page = at_ticket(visit(width=width), 77)
    expect(page.get_by_text("There is no ticket 77. Choose one from the list.")).to_be_visible()
    expect(page.locator(".board")).to_be_visible()
    assert "ticket" not in page.url


@pytest.mark.browser
def test_the_newest_words_stay_in_sight_above_a_reply_that_grows(visit, host):
    token = host.open(None, "en").token
    for _ in range(12):
        host.ask(token, "What is the price of a return by parcel?", page_language="en")
    host.call_person(token, page_language="en")
    page = at_ticket(visit(width=PHONE[0]), host.store.last_ticket(token).number)
    page.get_by_role("button", name="Take", exact=True).click()
    page.locator("#reply:focus").wait_for()
    newest = page.locator(".talk > li").last
    for text in ("", LONG):
        page.locator("#reply").fill(text)
        expect(newest).to_be_in_viewport(ratio=1)
        assert newest.evaluate(_BELOW) <= 0


@pytest.mark.browser
def test_the_page_is_in_english_whatever_the_browser_speaks(visit):
    page = visit(locale="ar")
    page.goto(f"{page.url}desk/")
    page.locator(".finder[data-ready]").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
