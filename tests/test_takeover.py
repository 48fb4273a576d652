"""A person in the customer's chat, seen in a browser: real application, real database, real streams."""

import time
from itertools import count

import pytest

from bot.access.account import Accounts
from bot.access.user import User
from bot.phrase import phrase
from bot.takeover.agent import Agents
from bot.takeover.discretion import Discretion
from tests.bot.conftest import FULL, fake_assistant, running, visits
from tests.bot.pages.chat import ask, box, drawn, note, offline, press, said
from tests.patience import wait_for

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser

MAJA = User("maja", "Maja Holm", "agent")
SURE = "How do I send something back?"
KEYS = (f"agent{number}" for number in count())


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    return fake_assistant(tmp_path_factory.mktemp("takeover"))


@pytest.fixture(scope="module")
def site(assistant):
    with running(assistant) as address:
        yield address


class Maja:
    """An agent who does as she is told, on the ticket that was opened last."""

    def __init__(self, assistant):
        self.store = assistant.store
        self.agents = Agents(
            assistant.store, Accounts(assistant.store.engine), Discretion(assistant.live), assistant.settings
        )

    @property
    def ticket(self):
        return self.store.tickets()[-1]

    def does(self, act, *what):
        return getattr(self.agents, act)(self.ticket.number, MAJA, *what, next(KEYS))

    def sees(self):
        last = self.transcript()[-1].sequence
        self.store.mark(self.ticket.conversation, "desk", delivered=last, seen=last)

    def transcript(self):
        return self.store.ticket_transcript(self.ticket.number)

    def reads(self, text):
        """Waits until the customer's message is stored, and gives how often it is."""
        wait_for(lambda: text in self.texts(), so_far=self.texts)
        return self.texts().count(text)

    def texts(self):
        return [one.text for one in self.transcript()]

    def is_seen(self):
        """Whether the customer's page has told that it shows all there is."""
        return self.store.marks(self.ticket.conversation).customer_seen == self.transcript()[-1].sequence


@pytest.fixture
def maja(assistant):
    return Maja(assistant)


@pytest.fixture
def visit(chromium, site):
    """Opens the chat as a new customer."""
    with visits(chromium, site, 760) as visit:
        yield lambda *how: drawn(visit(*how))


@pytest.fixture
def taken(visit, maja):
    """A customer's page with Maja in the chat."""
    page = visit()
    calls(page)
    maja.does("take")
    bar(page).get_by_text("Maja Holm is with you").wait_for()
    return page


def calls(page):
    handovers = page.locator("#log .message.handoff")
    before = handovers.count()
    page.locator("#person").click()
    handovers.nth(before).wait_for()


def bar(page):
    return page.locator("#attendant")


def write(page, text):
    box(page).fill(text)
    box(page).press("Enter")


def texts(page):
    """What was written by people, as it stands on the page."""
    return page.locator(
        "#log .message:is(.customer, .agent).message:not(.line) p:not(.speaker)"
    ).all_inner_texts()


def sign(page, text):
    return page.locator("#log .message.customer", has_text=text).locator(".mark")


def test_what_a_person_writes_comes_within_a_second_under_their_name(taken, maja):
    waited = []
    while min(waited, default=1) >= 1:  # the best of a few tells what it takes, not what else goes on
        assert len(waited) < 10, waited
        started, text = time.monotonic(), f"Hello {len(waited)}, I'm Maja"
        maja.does("write", text)
        message = taken.locator("#log .message.agent", has_text=text)
        message.wait_for()
        waited.append(time.monotonic() - started)
    assert message.locator(".speaker").inner_text() == "Maja Holm"
    assert not taken.locator("#person").is_visible()


def test_the_bot_is_silent_and_the_signs_tell_how_far_a_message_has_come(taken, maja):
    write(taken, SURE)
    assert maja.reads(SURE) == 1
    sign(taken, SURE).wait_for()
    assert sign(taken, SURE).get_attribute("aria-label") == phrase("mark_sent", "en")
    maja.store.mark(maja.ticket.conversation, "desk", delivered=maja.transcript()[-1].sequence)
    taken.locator('.mark[data-level="delivered"]').wait_for()
    maja.sees()
    taken.locator('.mark[data-level="seen"]').wait_for()
    assert sign(taken, SURE).get_attribute("aria-label") == phrase("mark_seen", "en")
    assert taken.locator("#log .message.answer, #log .thinking").count() == 0


def test_what_was_seen_and_what_only_came_is_told_to_the_desk(taken, maja):
    maja.does("write", "Look at this")
    wait_for(maja.is_seen)


def test_what_was_seen_is_told_again_where_the_server_did_not_hear_it(taken, maja):
    wait_for(maja.is_seen)
    refused = []
    taken.route("**/api/seen", lambda route: (refused.append(route), route.fulfill(status=429)), times=1)
    with taken.expect_response(lambda response: response.url.endswith("/api/seen") and response.ok):
        maja.does("write", "Look at this, too")
    assert maja.is_seen()
    assert refused


def test_what_has_come_is_told_anew_in_another_conversation(taken, maja):
    for place in range(5):
        maja.does("write", f"Step {place}")
    taken.get_by_text("Step 4").wait_for()
    before = maja.transcript()[-1].sequence
    taken.locator("#again").click()
    taken.locator("#parting").get_by_role("button", name="Close it, begin anew").click()
    taken.locator("#log .handoff").wait_for(state="detached")
    calls(taken)
    maja.does("take")
    conversation, joined = maja.ticket.conversation, maja.transcript()[-1].sequence
    wait_for(lambda: maja.store.marks(conversation).customer_seen == joined)
    taken.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    maja.does("write", "Are you still there?")
    assert joined < maja.transcript()[-1].sequence < before
    wait_for(lambda: maja.store.marks(conversation).customer_delivered > joined)
    assert maja.store.marks(conversation).customer_seen == joined


def test_messages_written_without_a_connection_are_sent_once_and_in_order_when_it_is_back(taken, maja):
    maja.does("write", "Which order is it?")
    taken.get_by_text("Which order is it?").wait_for()
    offline(taken)
    for text in ("It is 12345", "the blue one"):
        write(taken, text)
    taken.locator(f'.pending[data-waiting="{phrase("mark_waiting", "en")}"]').first.wait_for()
    assert note(taken).inner_text() == phrase("connection_lost", "en")
    hidden = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
    wait_for(lambda: taken.locator("#log").evaluate(hidden) < 2)
    maja.does("write", "I'm still here")
    taken.context.set_offline(False)
    taken.get_by_text("I'm still here").wait_for()
    assert maja.reads("the blue one") == maja.reads("It is 12345") == 1
    taken.locator(".pending").first.wait_for(state="detached")
    expected = [
        *("Talk to a person", "Which order is it?"),
        *("I'm still here", "It is 12345", "the blue one"),
    ]
    assert texts(taken) == expected
    drawn(taken).reload()
    drawn(taken).locator(".message.agent").first.wait_for()
    assert texts(taken) == expected


def test_what_was_not_sent_before_a_reload_is_sent_after_it(taken, maja):
    taken.route("**/api/write", lambda route: route.abort())
    write(taken, "my address has changed")
    taken.locator(".pending").wait_for()
    taken.unroute("**/api/write")
    taken.reload()
    assert maja.reads("my address has changed") == 1
    sign(drawn(taken), "my address has changed").wait_for()
    assert said(taken).all_inner_texts().count("my address has changed") == 1


def test_a_message_is_sent_though_the_browser_has_no_room_left_to_keep_it(taken, maja):
    taken.evaluate(FULL)
    write(taken, "there is no room left")
    assert maja.reads("there is no room left") == 1
    sign(taken, "there is no room left").wait_for()
    taken.locator(".pending").wait_for(state="detached")
    assert box(taken).input_value() == ""


def test_a_sign_of_typing_that_comes_after_its_message_is_taken_back(taken):
    held = []
    taken.route("**/api/typing", lambda route: held.append(route), times=1)
    with taken.expect_response("**/api/write"):
        write(taken, "On time")
    assert held[0].request.post_data_json["typing"]
    with taken.expect_request("**/api/typing") as taken_back:
        held[0].continue_()
    assert taken_back.value.post_data_json["typing"] is False


def test_nothing_stands_below_a_message_on_its_way(taken):
    taken.route("**/api/write", lambda route: None)  # no answer yet
    write(taken, "are you there?")
    own = taken.locator(".pending", has_text="are you there?")
    assert own.evaluate("element => getComputedStyle(element, '::after').content") == "none"


def test_an_answer_that_was_lost_on_its_way_makes_no_second_message(taken, maja):
    """The server has it, the page does not know: the page sends it again under its key."""
    taken.route("**/api/write", lambda route: (route.fetch(), route.abort()), times=1)
    with taken.expect_response("**/run/open"):  # the page tries again
        with taken.expect_event("requestfailed", lambda request: request.url.endswith("/api/write")):
            write(taken, "did you get this?")
        assert maja.reads("did you get this?") == 1
        sign(taken, "did you get this?").wait_for()
        taken.locator(".pending").wait_for(state="detached")
    assert maja.reads("did you get this?") == 1
    assert said(taken).all_inner_texts().count("did you get this?") == 1


def test_back_at_the_assistant_it_answers_again_and_the_ticket_stays(taken, maja):
    press(taken, phrase("person_back", "en"))
    taken.get_by_text(phrase("customer_back", "en", agent="Maja Holm")).wait_for()
    assert bar(taken).inner_text().startswith("Maja Holm still looks after")
    ask(taken, SURE)
    assert taken.locator("#log .message.answer").count() == 1
    calls(taken)
    maja.does("take")
    bar(taken).get_by_text("Maja Holm is with you").wait_for()


def test_the_end_asks_whether_it_is_solved_and_not_yet_calls_the_same_person_back(taken, maja):
    write(taken, "/end")
    press(taken, phrase("unsolved", "en"))
    taken.get_by_text(phrase("reopened_at", "en", agent="Maja Holm")).wait_for()
    assert (maja.ticket.status, maja.ticket.agent, maja.ticket.reopened) == ("waiting", "maja", 1)
    assert taken.locator(".asks").count() == 0
    maja.does("take")
    maja.does("close")
    write(taken, "/end")
    taken.get_by_text(phrase("nobody_here", "en")).wait_for()
    assert box(taken).input_value() == ""
    press(taken, phrase("solved", "en"))
    taken.get_by_label("5", exact=True).check()
    taken.reload()
    drawn(taken).get_by_label("4", exact=True).check()
    taken.get_by_label(phrase("rating_comment", "en")).fill("friendly")
    taken.locator(".asks").get_by_role("button", name=phrase("send", "en")).click()
    taken.get_by_text(phrase("rating_thanks", "en")).wait_for()
    assert (maja.ticket.solved, maja.ticket.rating, maja.ticket.comment) == (True, 4, "friendly")
    assert not bar(taken).is_visible()


def test_in_arabic_on_a_phone_all_runs_from_right_to_left(visit, maja):
    page = visit("ar", 360)
    calls(page)
    maja.does("take")
    bar(page).get_by_text(phrase("person_taken", "ar", agent="Maja Holm")).wait_for()
    maja.does("write", "مرحبًا، كيف أساعدكم؟")
    page.get_by_text("مرحبًا، كيف أساعدكم؟").wait_for()
    write(page, "طلبي رقم 12345")
    sign(page, "12345").wait_for()
    edges = bar(page).bounding_box(), page.locator(".message.agent").bounding_box()
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert edges[1]["x"] + edges[1]["width"] > 300
    own = page.locator(".message.customer", has_text="12345").bounding_box()
    assert own["x"] < 60


def test_a_chat_with_a_person_has_no_fault_that_axe_knows(taken, maja):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    maja.does("write", "Hello")
    write(taken, "Hi")
    sign(taken, "Hi").wait_for()
    assert axe.Axe().run(taken).response["violations"] == []
    maja.does("close")
    press(taken, phrase("solved", "en"))
    taken.locator(".stars").wait_for()
    assert axe.Axe().run(taken).response["violations"] == []


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_box_says_who_reads_what_is_written_while_a_person_is_there(visit, maja, locale):
    page = visit(locale)
    usual = phrase("question_placeholder", locale)
    assert invitation(page) == usual
    calls(page)
    maja.does("take")
    expect_invitation(page, phrase("person_placeholder", locale, agent="Maja Holm"))
    page.reload()
    expect_invitation(drawn(page), phrase("person_placeholder", locale, agent="Maja Holm"))
    page.locator("#language").select_option("da")
    expect_invitation(page, "Skriv til Maja Holm…")
    expect(page.locator("#send")).to_have_text(phrase("send", "da"))  # with Gradio's own words for the box
    assert invitation(page) == "Skriv til Maja Holm…"
    maja.does("give_back")
    expect_invitation(page, phrase("question_placeholder", "da"))


def invitation(page):
    return box(page).get_attribute("placeholder")


def expect_invitation(page, words):
    page.locator(f'#question textarea[placeholder="{words}"]').wait_for()


@pytest.mark.parametrize("length", [2500, 120_000])
def test_what_is_too_long_for_a_person_stands_in_the_box_again_whole(taken, length):
    text = ("word " * (length // 5)).strip()
    write(taken, text)
    refusal = taken.locator("#log .message.error", has_text="This is too long for one message").last
    refusal.wait_for()
    expect(box(taken)).to_have_value(text)
    assert taken.locator("#log .unsent").count() == 0


def test_what_was_refused_is_not_lost_to_what_was_written_meanwhile(taken):
    text = ("word " * 500).strip()
    held = []
    taken.route("**/api/write", lambda route: held.append(route))
    with taken.expect_request("**/api/write"):
        write(taken, text)
    box(taken).fill("and more")
    expect(box(taken)).to_have_value("and more")
    held[0].continue_()
    taken.locator("#log .message.error").last.wait_for()
    expect(box(taken)).to_have_value(f"{text}\nand more")


def test_a_new_conversation_while_a_matter_is_open_says_what_becomes_of_it(taken, maja):
    number, talk = maja.ticket.number, bar(taken)
    again = taken.locator("#again")
    asks = taken.locator("#parting")
    again.click()
    assert f"number {number}, is still open" in asks.locator("p").inner_text()
    asks.get_by_role("button", name="Stay here").click()
    assert talk.get_by_text("Maja Holm is with you").is_visible()
    again.click()
    asks.get_by_role("button", name="Leave it open, begin anew").click()
    taken.locator("#log .handoff").wait_for(state="detached")
    assert maja.store.ticket(number).status == "taken"
    assert maja.transcript()[-1].kind == "moved_on"
    talk.wait_for(state="hidden")
    calls(taken)
    again.click()
    second = maja.ticket.number
    asks.get_by_role("button", name="Close it, begin anew").click()
    taken.locator("#log .handoff").wait_for(state="detached")
    assert maja.store.ticket(second).status == "closed"
