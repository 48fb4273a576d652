"""Customer and agent side by side, each in a browser of their own, through the whole life of a ticket."""

import re
import time

import pytest

from bot.application import application
from bot.phrase import phrase
from tests.bot.conftest import fake_assistant, serving
from tests.bot.fakes import LIBRARY, FakeIndex
from tests.bot.pages.chat import box, drawn, press
from tests.bot.pages.test_finder_page import RETURNS_AR
from tests.served import Served
from tests.test_takeover import bar, calls, sign, texts, write

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

ASKED = {"en": "How do I send something back?", "ar": "كيف أعيد الدراجة؟"}
HELLO = {"en": "Hello, I'm Maja. Which order is it?", "ar": "مرحبًا، ما رقم الطلب؟"}
NUMBER = {"en": "It is 12345,\nthe blue one", "ar": "رقمه 12345\nالزرقاء"}
RATED = 4


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    index = FakeIndex((*LIBRARY, RETURNS_AR))
    return fake_assistant(tmp_path_factory.mktemp("side-by-side"), index)


@pytest.fixture(scope="module")
def app(host):
    app = application(host)
    app.state.porter.accounts.add("maja", "three quiet herons", "test", shown="Maja Holm")
    return app


@pytest.fixture(scope="module")
def address(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def browse(chromium):
    """Opens a page in a browser of its own; no script may fail meanwhile."""
    contexts, faults = [], []

    def opened(address, cookie=None, **more):
        context = chromium.new_context(reduced_motion="reduce", **more)
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": "askdesk-session", "value": cookie, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def maja(app, address, browse):
    """The desk of an agent who has signed in."""
    porter = app.state.porter
    page = browse(f"{address}/desk/", porter.cookies.sealed("session", porter.sessions.begin("maja")))
    page.get_by_role("tab", name=re.compile("Tickets")).click()
    page.locator("[data-filter]").first.wait_for()
    return page


def choose(desk, number):
    desk.locator(f'[data-ticket="{number}"]').click()
    desk.locator(".ticket-head h2").wait_for()


def act(desk, label):
    """By the keyboard: a second click in one place within 0.7 s is a double one, and no hand is so fast."""
    desk.locator(".acts").get_by_role("button", name=label, exact=True).press("Enter")


def reply(desk, text):
    desk.locator("#reply").fill(text)
    desk.locator("#reply").press("Enter")


def type_until(box, told):
    """A sign may go by between two streams of a page; whoever types on gives another."""
    for _ in range(20):
        box.press_sequentially("Hel")
        if any(told.is_visible() or told.page.wait_for_timeout(100) for _ in range(30)):
            return
    raise AssertionError("nobody was told of the typing")


def at_desk(desk, text):
    return desk.locator(".ticket .talk li", has_text=text).first


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 360)])
def test_a_ticket_lives_from_the_first_question_to_the_last_word(
    host, address, browse, maja, language, width
):
    began = time.monotonic()
    customer = drawn(browse(address, locale=language, viewport={"width": width, "height": 760}))
    number = customer_calls(customer, host.store, language)
    agent_comes(maja, number, customer, language)
    agent_writes(maja, customer, language)
    customer_writes(customer, maja, language)
    agent_hands_back_and_is_called_again(maja, customer, language)
    agent_ends_and_customer_goes_on(maja, customer, language)
    customer_ends_and_rates(customer, language)
    ticket = host.store.ticket(number)
    assert (ticket.status, ticket.solved, ticket.rating, ticket.reopened) == ("closed", True, RATED, 1)
    assert customer.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    assert customer.evaluate("document.documentElement.scrollWidth") <= width
    print(f"a whole life in {time.monotonic() - began:.1f} s")


def customer_calls(customer, store, language):
    """Asks, and then for a person; gives the number of the ticket."""
    write(customer, ASKED[language])
    customer.locator("#log .message.bot:not(.thinking, .welcome)").wait_for()
    calls(customer)
    return store.tickets()[-1].number


def agent_comes(maja, number, customer, language):
    choose(maja, number)
    at_desk(maja, ASKED[language]).wait_for()
    agent_takes(maja, customer, language)
    customer.get_by_text(phrase("agent_joined", language, agent="Maja Holm")).wait_for()


def agent_takes(maja, customer, language):
    act(maja, "Take")
    bar(customer).get_by_text(phrase("person_taken", language, agent="Maja Holm")).wait_for()


def agent_writes(maja, customer, language):
    """The customer sees them type, and they see that it was seen."""
    maja.locator("#reply").wait_for()
    types = phrase("person_types", language, agent="Maja Holm")
    type_until(maja.locator("#reply"), customer.locator("#typing", has_text=types))
    reply(maja, HELLO[language])
    customer.locator(".message.agent", has_text=HELLO[language]).wait_for()
    expect(customer.locator("#typing")).to_be_empty()
    maja.locator("[data-sign=seen]").wait_for()


def customer_writes(customer, maja, language):
    """The agent sees them type, and they see that it was seen."""
    type_until(box(customer), maja.locator(".typing", has_text="typing"))
    write(customer, NUMBER[language])
    at_desk(maja, "12345").wait_for()
    customer.locator('.mark[data-level="seen"]').wait_for()
    expect(maja.locator(".ticket .typing")).to_be_hidden()


def agent_hands_back_and_is_called_again(maja, customer, language):
    act(maja, "Hand back to the assistant")
    customer.get_by_text(phrase("agent_handed_back", language, agent="Maja Holm")).wait_for()
    write(customer, ASKED[language])
    customer.locator("#log .message.bot:is(.answer, .suggestions, .rephrase)").nth(1).wait_for()
    calls(customer)
    agent_takes(maja, customer, language)


def agent_ends_and_customer_goes_on(maja, customer, language):
    """What is not solved is opened again, and taken again."""
    reply(maja, "/end")
    press(customer, phrase("unsolved", language))
    customer.get_by_text(phrase("reopened_at", language, agent="Maja Holm")).wait_for()
    agent_takes(maja, customer, language)


def customer_ends_and_rates(customer, language):
    write(customer, "/end")
    press(customer, phrase("solved", language))
    customer.get_by_label(str(RATED), exact=True).check()
    customer.locator(".asks .primary").click()
    customer.get_by_text(phrase("rating_thanks", language)).wait_for()


@pytest.fixture
def served(tmp_path):
    """A server process of its own; nobody signs in, and no index is needed where people write."""
    served = Served(tmp_path / "var", tmp_path / "articles")
    served.start()
    yield served
    served.kill()


def test_both_sides_go_on_after_the_server_was_killed_between_their_words(served, browse):
    customer = drawn(browse(served.address))
    calls(customer)
    desk = browse(f"{served.address}/desk/?ticket=1")
    desk.locator(".ticket-head h2").wait_for()
    act(desk, "Take")
    said = {"c": [], "a": []}

    def speak(count):
        for _ in range(count):
            for side, say in (
                ("c", lambda text: write(customer, text)),
                ("a", lambda text: reply(desk, text)),
            ):
                said[side].append(f"{side}-{len(said[side]) + 1}")
                say(said[side][-1])

    bar(customer).get_by_text("is with you").wait_for()
    speak(3)
    served.kill()
    speak(2)
    began = time.monotonic()
    served.start()
    started = time.monotonic()
    speak(2)
    customer.locator(".message.agent", has_text=said["a"][-1]).wait_for()
    sign(customer, said["c"][-1]).wait_for()
    at_desk(desk, said["c"][-1]).wait_for()
    expect(desk.locator(".unsent li")).to_have_count(0)
    print(f"started again in {started - began:.1f} s, all there {time.monotonic() - started:.1f} s later")
    drawn_now = texts(customer)
    customer.reload()
    drawn(customer).locator(".message.agent").first.wait_for()
    for shown in (drawn_now, texts(customer), desk.locator(".ticket .talk").first.inner_text().split()):
        for side, wrote in said.items():
            assert [text for text in shown if text.startswith(f"{side}-")] == wrote


def test_a_server_that_is_stopped_lets_go_of_the_pages_that_are_open(served, browse):
    customer = drawn(browse(served.address))
    with customer.expect_response("**/api/live"):
        calls(customer)
    expect(customer.locator("#attendant p")).not_to_be_empty()
    served.stop()
    assert "Traceback" not in served.log.read_text(), served.log.read_text()
