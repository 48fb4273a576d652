"""The list of tickets, and what a page shows of it from anywhere."""

import re
import threading

import pytest

from bot.takeover.stream import MOST_OF_ONE
from tests.bot.conftest import serious
from tests.bot.pages.tickets.desk import SOON, act, handed_over, write
from tests.patience import wait_for

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.mark.browser
def test_a_new_ticket_is_counted_in_the_tab_and_in_the_title_from_any_tab(come, host):
    store = host.store
    page = come("maja")
    waiting = sum(ticket.status == "waiting" for ticket in store.tickets())
    handed_over(store, "where is my parcel")
    page.get_by_role("tab", name=f"Tickets ({waiting + 1})").wait_for()
    expect(page).to_have_title(re.compile(rf"\({waiting + 1}\) "))
    page.get_by_role("tab", name="Tickets").click()
    page.locator("[data-ticket]").first.wait_for()
    page.locator("[data-ticket]").first.focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-ticket]").last).to_be_focused()
    page.get_by_role("button", name="Closed").click()
    closed = page.locator(".board button[aria-pressed=true]", has_text="Closed")
    expect(closed).to_be_focused()  # redrawn, the focus stayed


LISTED = """async () => {
    await import("/askdesk/badge.js");
    await (await import("/askdesk/live.js")).live.lookAtBoard();
}"""


REFRESHED = """async () => (await import("/askdesk/live.js")).live.refresh()"""


@pytest.mark.browser
def test_a_proxy_that_finds_nothing_while_the_server_starts_again_is_told_and_closes_no_ticket(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    state, head = page.locator(".tickets .state"), page.locator(".ticket-head h2", has_text=f"#{number} ")
    looks = re.compile(r"/desk/tickets/(board|\d+)(\?|$)")
    page.route(looks, lambda route: route.fulfill(status=404, body="<h1>404 Not Found</h1>"))
    with page.expect_response("**/desk/tickets/board?*"), page.expect_response(f"**/desk/tickets/{number}"):
        page.evaluate(REFRESHED)
    expect(state).to_have_text("The server does not answer. What you see may be old; trying again…")
    expect(head).to_be_visible()
    page.unroute(looks)
    page.evaluate(REFRESHED)
    expect(state).to_be_hidden()
    expect(head).to_be_visible()


@pytest.mark.browser
def test_a_tab_that_is_drawn_after_the_list_was_read_says_how_many_wait(come, host, address):
    handed_over(host.store, "where is my parcel")
    page = come("maja")
    page.route("**/desk/live", lambda route: None)  # nothing is told, so the list is looked at in 30 s
    page.goto(f"{address}/askdesk/badge.js")  # nothing else is there
    page.evaluate(LISTED)
    expect(page).to_have_title(re.compile(r"\([1-9]"))
    page.evaluate("document.body.innerHTML = '<button role=tab data-tab-id=tickets>Tickets</button>'")
    expect(page.get_by_role("tab")).to_have_text(re.compile(r"Tickets \([1-9]"), timeout=SOON)


@pytest.mark.browser
def test_a_heading_that_does_not_know_the_agent_yet_has_no_serious_fault_of_access(come):
    page = come("maja")
    page.route("**/gradio_api/run/predict", lambda route: None)  # it is told by the first answer
    page.reload()
    page.locator(".finder[data-ready]").first.wait_for()
    assert page.locator(".staff-heading .who").count() == 0
    assert serious(page) == []


@pytest.mark.browser
def test_the_list_shows_one_s_own_act_without_waiting_to_be_told(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    page.route("**/desk/live?**", lambda route: None)  # nothing is told, so the list is looked at in 30 s
    page.reload()
    entry = page.locator(f'[data-ticket="{number}"]', has_text="waiting")
    entry.wait_for()
    act(page, "Take")
    entry.wait_for(state="detached", timeout=SOON)
    act(page, "Put back")
    entry.wait_for(timeout=SOON)


OUT_OF_SIGHT = """() => {
    window.inSight = false;
    Object.defineProperty(document, "hidden", { get: () => !window.inSight });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
SEEN = "() => (window.inSight = true) && document.dispatchEvent(new Event('visibilitychange'))"
KNOWN = "async () => void (window.live = (await import('/askdesk/live.js')).live)"
STATE = "(state) => window.live.source.readyState === EventSource[state]"
OTHERS = "(most) => void (window.others = Array.from({ length: most }, () => new EventSource('/desk/live')))"


@pytest.mark.browser
def test_a_page_out_of_sight_leaves_the_streams_to_an_agent_s_other_pages_until_it_is_seen(come):
    page = come("maja")
    page.evaluate(KNOWN)
    wait_for(lambda: page.evaluate(STATE, "OPEN"))
    page.evaluate(OUT_OF_SIGHT)
    page.evaluate(OTHERS, MOST_OF_ONE)
    wait_for(lambda: page.evaluate(STATE, "CLOSED"))
    page.evaluate(SEEN)
    wait_for(lambda: page.evaluate(STATE, "OPEN"))


LATER = "(seconds) => { const { now } = Date; Date.now = () => now() + 1000 * seconds; }"


@pytest.mark.browser
def test_a_page_that_was_out_of_sight_for_a_minute_is_up_to_date_when_it_comes_back(come, host):
    token, number = handed_over(host.store, "where is my parcel")
    page, awake = come("maja", number), threading.Event()
    page.route("**/desk/live?**", lambda route: route.continue_() if awake.is_set() else None)
    page.reload()  # its stream is dead, and nobody says so
    page.locator(".ticket-head h2").wait_for()
    page.evaluate(KNOWN)
    page.evaluate(OUT_OF_SIGHT)
    write(host.store, token, "are you there?")
    page.evaluate(LATER, 60)
    awake.set()
    page.evaluate(SEEN)
    page.locator(".talk .customer", has_text="are you there?").wait_for(timeout=SOON)
    wait_for(lambda: page.evaluate(STATE, "OPEN"))
    write(host.store, token, "hello?")
    page.locator(".talk .customer", has_text="hello?").wait_for(timeout=SOON)


@pytest.mark.browser
@pytest.mark.parametrize("tab", ["Shift", "Tickets"])
def test_the_search_is_reached_by_a_key_from_a_tab_that_has_none(come, tab):
    page = come("maja")
    page.locator(".finder[data-ready] .finder-words:focus").wait_for()
    page.get_by_role("tab", name=re.compile(tab)).click()
    page.locator(".finder-words").first.wait_for(state="hidden")
    page.keyboard.press("Control+k")
    page.locator(".finder-words:focus").first.wait_for()
    page.keyboard.type("parcel")
    page.locator(".hit").first.wait_for()
