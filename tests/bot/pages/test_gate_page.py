"""The chat page of a customer who is told to wait."""

import json

import httpx
import pytest

from bot.access.user import LOCAL
from bot.application import application
from bot.phrase import phrase
from tests.bot.conftest import fake_assistant, passing, serious, serving, visits
from tests.bot.web.clock import stopped
from tests.patience import PATIENCE

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

SURE = "How do I send something back?"
OTHER = "And in a shop?"


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("gate_page"), pace_conversation=30)


@pytest.fixture(scope="module")
def served(host):
    app = application(host)
    with serving(app) as address:
        yield address, stopped(app)


@pytest.fixture(scope="module")
def site(served):
    return served[0]


@pytest.fixture(scope="module")
def clock(served):
    return served[1]


@pytest.fixture
def visit(chromium, site):
    with visits(chromium, site, 720) as visit:
        yield visit


def begun(visit, *size):
    """A page on which a conversation has begun, and its token."""
    page = visit(*size)
    page.wait_for_selector("#chat[data-ready]")
    write(page, "hello")
    page.locator("#log .small_talk").wait_for()
    return page, page.evaluate("localStorage.getItem('askdesk.conversation')")


def write(page, text):
    box(page).fill(text)
    box(page).press("Enter")


def box(page):
    return page.locator("#question textarea")


def note(page):
    return page.locator("#note")


def ask_until_refused(ask):
    for _ in range(200):
        if ask().status_code == 429:
            return
    raise AssertionError("everything was taken")


@pytest.fixture
def spent(site):
    """Asks in a conversation until no more is taken, with words that are not kept."""

    def spend(token, path="gradio_api/run/ask"):
        body = {"data": [token, "en", None, ""]}
        if path == "api/write":
            body = {"conversation": token, "language": "en", "key": "k" * 8, "text": ""}
        with httpx.Client(timeout=PATIENCE) as http:
            ask_until_refused(lambda: http.post(f"{site}/{path}", json=body))

    return spend


@pytest.mark.parametrize(("locale", "width"), [("en-GB", 1280), ("ar", 360)])
def test_what_was_too_much_stays_in_the_box_and_is_heard_when_it_is_sent_again(
    visit, spent, clock, locale, width
):
    page, token = begun(visit, locale, width)
    spent(token)
    write(page, SURE)
    language = locale[:2]
    time = {"en": "2 seconds", "ar": "ثانيتان"}[language]
    expect(note(page)).to_have_text(phrase("too_often", language, time=time))
    expect(box(page)).to_have_value(SURE)
    assert page.locator("#log .customer p").all_inner_texts() == ["hello"]
    assert serious(page) == []
    clock.pass_by(2)
    box(page).press("Enter")
    page.locator("#log .answer").wait_for()
    assert page.locator("#log .customer p").all_inner_texts() == ["hello", SURE]
    expect(box(page)).to_have_value("")
    expect(note(page)).to_have_text("")


def test_what_was_written_meanwhile_stands_below_what_comes_back(visit, spent):
    page, token = begun(visit)
    spent(token)
    page.route("**/run/ask", lambda route: (box(page).fill(OTHER), route.continue_()), times=1)
    write(page, SURE)
    note(page).filter(has_text="Nothing is lost").wait_for()
    expect(box(page)).to_have_value(f"{SURE}\n{OTHER}")


def test_a_button_that_was_too_much_can_be_pressed_again(visit, spent, clock):
    page, token = begun(visit)
    spent(token)
    page.locator("#person").click()
    note(page).filter(has_text="Nothing is lost").wait_for()
    clock.pass_by(2)
    page.locator("#person").click()
    page.locator("#log .handoff").wait_for()
    assert page.locator("#log .handoff").count() == 1


def test_what_is_written_to_a_person_too_fast_is_sent_by_itself_once_and_in_order(visit, spent, clock, host):
    page, token = begun(visit)
    host.call_person(token, page_language="en")
    ticket = host.store.last_ticket(token)
    with host.store.ticket_turn(ticket.number) as turn:
        turn.handling(ticket.number).take(LOCAL)
    page.reload()
    page.locator("#chat[data-ready][data-person=taken]").wait_for()
    spent(token)
    spent(token, "api/write")
    for text in ("one", "two", "three"):
        write(page, text)
    note(page).filter(has_text="Nothing is lost").wait_for()
    expect(box(page)).to_have_value("")
    for seconds, left in ((4, 1), (2, 0)):  # one in two seconds
        clock.pass_by(seconds)
        expect(page.locator("#log .pending")).to_have_count(left)
    written = [one.text for one in host.transcript(token) if one.kind == "message" and one.text]
    assert written == ["one", "two", "three"]


def test_a_page_that_is_opened_too_often_says_so_and_opens_by_itself(visit, site, clock):
    page, token = begun(visit)
    with httpx.Client(timeout=PATIENCE) as http:
        ask_until_refused(lambda: http.post(f"{site}/gradio_api/run/open", json={"data": [token, None]}))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    note(page).filter(has_text="Nothing is lost").wait_for()
    back = json.dumps(phrase("connection_back", "en"))
    with passing(page, f"document.querySelector('#note').textContent === {back}"):
        clock.pass_by(1)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    app = application(fake_assistant(tmp_path_factory.mktemp("busy"), pace_address=3))
    with serving(app) as address:
        stopped(app)
        yield address


@pytest.fixture
def busy(crowded):
    """The address of a site of which no more pages may be looked at for a while."""
    ask_until_refused(lambda: httpx.get(crowded, timeout=PATIENCE))
    return crowded


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    ("locale", "direction", "sentence"),
    [("en-GB", "ltr", "please try it again in"), ("ar", "rtl", "حاولوا مرة أخرى بعد قليل")],
)
def test_a_page_that_is_refused_can_be_read_and_leads_back(
    chromium, busy, locale, direction, sentence, width
):
    with visits(chromium, busy, 720) as visit:
        page = visit(locale, width)
        assert sentence in page.locator("main p").first.inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('main')).direction") == direction
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("main a").evaluate("link => link.href") == page.url
        assert serious(page) == []
