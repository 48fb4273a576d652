import re
import threading
import time

import pytest

from bot.packet import pack
from bot.takeover.stream import MOST_OF_ONE
from bot.web.server import application
from kb.language import Language
from tests.bot.conftest import FULL, fake_assistant, serious, serving, too_small
from tests.bot.fakes import LIBRARY, FakeIndex, knowledge
from tests.bot.pages.chat import offline
from tests.bot.pages.test_finder_page import RETURNS_AR
from tests.patience import wait_for

expect = pytest.importorskip("playwright.sync_api").expect

CANNED = (
    {"title": "Hello", "en": "Hello {name}, this is {agent}.", "ar": "مرحبًا {name}، معكم {agent}."},
    {"title": "Only in English", "en": "One moment, {name}."},
)
QUESTION_AR = "كيف أعيد الدراجة؟"
SOON = 15_000  # milliseconds, half as many as between two looks of the page's own


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    index = FakeIndex((*LIBRARY, RETURNS_AR))
    return fake_assistant(tmp_path_factory.mktemp("desk"), index, canned=CANNED)


@pytest.fixture(scope="module")
def app(host):
    app = application(host)
    for name, shown in (("maja", "Maja Holm"), ("bo", "Bo")):
        app.state.porter.accounts.add(name, "three quiet herons", "test", shown=shown)
    return app


@pytest.fixture(scope="module")
def address(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def come(chromium, app, address):
    """Opens the desk for an agent who has signed in, at a ticket; no script may fail meanwhile."""
    contexts, faults = [], []

    def come(name, number=None, **more):
        porter = app.state.porter
        context = chromium.new_context(reduced_motion="reduce", **more)
        contexts.append(context)
        cookie = porter.cookies.sealed("session", porter.sessions.begin(name))
        context.add_cookies([{"name": "askdesk-session", "value": cookie, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/desk/{f'?ticket={number}' if number else ''}")
        page.locator(".ticket-head h2" if number else ".finder[data-ready]").wait_for()
        return page

    yield come
    for context in contexts:
        context.close()
    assert faults == []


def handed_over(store, text, language="en", reason="asked", name=None, email=None, rejected=()):
    """The token and the number of a ticket for a conversation of one question and one reply."""
    found = knowledge().search(text, Language(language, 0.97))
    token = store.start(language).token
    with store.turn(token) as turn:
        turn.say("customer", text, "question")
        reply = turn.say("bot", "**You can send it back.**", "answer")
        turn.rate(reply.id, helpful=False)
        turn.speak(language, language)
        turn.turn_down(rejected)
        packet = pack(reason, found, rejected, turn.transcript()).document()
        ticket = turn.hand_over(reason, packet)
        turn.leave_contact(ticket.number, name, email)
    return token, ticket.number


def write(store, token, text):
    """What the customer writes meanwhile."""
    with store.turn(token) as turn:
        return turn.say("customer", text, "question")


def act(page, label):
    page.locator(".acts").get_by_role("button", name=label, exact=True).click()


def take(page):
    act(page, "Take")
    page.locator("#reply:focus").wait_for()


def turn(page, number):
    """Opens another ticket from the list."""
    page.locator(f'[data-ticket="{number}"]').click()
    page.locator(".ticket-head h2", has_text=f"#{number} ").wait_for()


def said(store, number):
    return [one.text for one in store.ticket_transcript(number) if one.author == "agent"]


@pytest.mark.browser
def test_the_reply_and_its_button_are_in_sight_on_a_low_screen(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number, viewport={"width": 1280, "height": 600})
    take(page)
    page.evaluate("scrollTo(0, 0)")
    for part in ("#reply", ".composer .primary"):
        box = page.locator(part).bounding_box()
        assert 0 <= box["y"] <= 600 - box["height"], part


@pytest.mark.browser
def test_of_two_agents_one_helps_and_the_other_looks_on(come, host):
    store = host.store
    _, number = handed_over(store, "where is my parcel", name="Jo")
    maja, bo = come("maja", number), come("bo", number)
    take(maja)
    bo.get_by_text("Maja Holm is with the customer").wait_for()
    assert bo.locator(".composer").is_hidden()
    assert bo.get_by_role("button", name="Take").count() == 0
    maja.keyboard.type("Hello Jo!")
    maja.keyboard.press("Shift+Enter")
    maja.keyboard.type("I am looking.")
    maja.keyboard.press("Enter")
    bo.locator(".talk-frame .agent", has_text="I am looking.").wait_for()
    assert said(store, number) == ["Hello Jo!\nI am looking."]
    maja.locator("[data-sign=sent]").wait_for()
    store.mark(store.ticket(number).conversation, "customer", seen=99)
    maja.locator("[data-sign=seen]").wait_for()
    act(maja, "Put back")
    act(bo, "Take")
    maja.get_by_text("Bo is with the customer").wait_for()
    bo.locator("#reply").fill("/end")
    bo.keyboard.press("Enter")
    maja.locator(".acts").get_by_role("button", name="Open again").wait_for()
    assert store.ticket(number).status == "closed"


@pytest.mark.browser
def test_what_shows_the_focus_on_the_heading_is_not_cut_off(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    room = page.locator(".ticket-head h2:focus").evaluate(
        "one => one.getBoundingClientRect().top - one.closest('.block').getBoundingClientRect().top"
    )
    assert room >= 5  # a line of 3 pixels, 2 away from the letters


@pytest.mark.browser
def test_who_clicks_twice_on_take_has_taken_the_ticket_and_not_handed_it_back(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number, viewport={"width": 1280, "height": 900})
    act(page, "Take")
    act(page, "Hand back to the assistant")
    again = page.locator(".acts").get_by_role("button", name="Take again").bounding_box()
    asked, began = [], time.time()
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    click(page, again, began)
    page.get_by_role("button", name="Hand back to the assistant").wait_for()
    click(page, again, began + 0.5)  # another button stands there by now
    click(page, again, began + 1.5)  # long after, it is meant
    page.get_by_role("button", name="Take again").wait_for()
    assert [act for act in asked if act in ("take", "give_back")] == ["take", "give_back"]


def click(page, box, moment):
    """At a moment in seconds since 1970, which the browser believes however late the click comes."""
    mouse = page.context.new_cdp_session(page)
    here = {"x": box["x"] + 9, "y": box["y"] + 9, "button": "left", "clickCount": 1, "timestamp": moment}
    for kind in ("mousePressed", "mouseReleased"):
        mouse.send("Input.dispatchMouseEvent", {"type": kind, **here})


@pytest.mark.browser
def test_what_the_customer_writes_appears_by_itself_and_leaves_what_is_typed_alone(come, host):
    store = host.store
    token, number = handed_over(store, "where is my parcel")
    page = come("maja", number)
    take(page)
    page.keyboard.type("half a sen")
    write(store, token, "it was due on Monday")
    page.locator(".talk .customer", has_text="due on Monday").wait_for(timeout=SOON)
    page.keyboard.type("tence")
    assert page.locator("#reply:focus").input_value() == "half a sentence"
    page.locator(".board [aria-current]").first.wait_for(state="attached")
    conversation = store.ticket(number).conversation
    wait_for(lambda: store.marks(conversation).desk_seen >= 4)  # question, answer, joined, and the new one
    page.reload()
    page.locator("#reply:focus").wait_for()
    assert page.locator("#reply").input_value() == "half a sentence"


@pytest.mark.browser
def test_a_message_is_sent_once_however_often_the_connection_fails(come, host):
    store = host.store
    _, number = handed_over(store, "where is my parcel")
    page = come("maja", number)
    act(page, "Take")
    unanswered = page.get_by_text("The server does not answer. Your message is kept and sent again")
    full = page.get_by_text("the disk is full. Your message is kept and sent again")
    tries = []

    def fail_thrice(route):
        tries.append(route.request.post_data_json["key"])
        if len(tries) == 1:
            route.abort()  # it never came
        elif len(tries) == 2:
            route.fetch()  # it came, and the answer was lost
            route.abort()
        elif len(tries) == 3:
            unanswered.wait_for()
            route.fulfill(status=503, json={"detail": "Not stored, the disk is full."})  # so it seemed
        else:
            full.wait_for()
            route.continue_()

    page.route("**/write", fail_thrice)
    page.locator("#reply").fill("On its way")
    page.keyboard.press("Enter")
    page.locator(".unsent").wait_for(state="hidden")
    assert page.locator("#reply").input_value() == ""
    assert said(store, number) == ["On its way"]
    assert len(tries) == 4
    assert len(set(tries)) == 1
    expect(page.locator(".talk-frame .agent")).to_have_count(1)


@pytest.mark.browser
def test_a_sign_of_typing_that_comes_after_its_message_is_taken_back(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page, held = come("maja", number), []
    take(page)
    page.route("**/desk/typing", lambda route: held.append(route), times=1)
    with page.expect_response("**/write"):
        page.keyboard.type("On its way")
        page.keyboard.press("Enter")
    assert held[0].request.post_data_json == {"ticket": number, "typing": True}
    with page.expect_request("**/desk/typing") as taken_back:
        held[0].continue_()
    assert taken_back.value.post_data_json == {"ticket": number, "typing": False}


@pytest.mark.browser
def test_a_page_that_was_cut_off_says_so_and_carries_on(come, host):
    store = host.store
    token, number = handed_over(store, "where is my parcel")
    page = come("maja", number)
    take(page)
    offline(page)
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    page.get_by_text("Your message is kept and sent again").wait_for()
    write(store, token, "are you there?")
    page.context.set_offline(False)
    page.locator(".talk .customer", has_text="are you there?").wait_for()
    page.locator(".talk-frame .agent", has_text="On its way").wait_for()
    assert said(store, number) == ["On its way"]
    offline(page)
    page.locator("#reply").fill("Tomorrow")
    page.keyboard.press("Enter")
    page.get_by_text("Your message is kept and sent again").wait_for()
    page.context.set_offline(False)
    page.reload()  # what was on its way goes on
    page.locator(".talk-frame .agent", has_text="Tomorrow").wait_for()
    assert said(store, number) == ["On its way", "Tomorrow"]


@pytest.mark.browser
def test_what_was_refused_is_told_on_another_ticket_too_and_stands_in_its_own_box(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page, held = come("maja", number), []
    take(page)
    page.route("**/write", lambda route: held.append(route))
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    page.locator(".unsent").wait_for()
    turn(page, other)
    take(page)
    held[0].fulfill(status=409, json={"detail": "It was taken by Bo."})
    told = page.locator(".fault", has_text=f"Not sent on ticket {number}: It was taken by Bo.")
    told.wait_for()
    page.keyboard.type("Hello")
    assert told.is_visible()
    turn(page, number)
    assert page.locator("#reply").input_value() == "On its way"
    assert told.is_hidden()


@pytest.mark.browser
def test_what_was_refused_is_told_until_its_own_ticket_is_opened_however_many_others_are(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    others = [handed_over(host.store, "where is my bicycle")[1] for _ in range(2)]
    page, held = come("maja", number), []
    take(page)
    page.route("**/write", lambda route: held.append(route))
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    page.locator(".unsent").wait_for()
    turn(page, others[0])
    held[0].fulfill(status=409, json={"detail": "It was taken by Bo."})
    told = page.locator(".fault", has_text=f"Not sent on ticket {number}: It was taken by Bo.")
    told.wait_for()
    turn(page, others[1])
    take(page)
    assert told.is_visible()
    turn(page, number)
    assert told.is_hidden()
    assert page.locator("#reply").input_value() == "On its way"


@pytest.mark.browser
def test_what_is_not_sent_yet_stands_on_its_own_ticket_alone_until_it_is(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page = come("maja", number)
    take(page)
    unsent, kept = page.locator(".unsent"), page.get_by_text("Your message is kept and sent again")
    page.route("**/write", lambda route: route.abort())
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    kept.wait_for()
    turn(page, other)
    take(page)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/write")):
        assert (unsent.is_visible(), kept.is_visible()) == (False, False)
    assert (unsent.is_visible(), kept.is_visible()) == (False, False)
    turn(page, number)
    assert unsent.inner_text() == "On its way"
    kept.wait_for()
    page.unroute("**/write")
    unsent.wait_for(state="hidden")
    assert said(host.store, number) == ["On its way"]
    assert kept.is_hidden()


@pytest.mark.browser
def test_what_was_not_sent_before_a_reload_is_sent_while_another_ticket_is_open(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page = come("maja", number)
    take(page)
    page.route("**/write", lambda route: route.abort())
    page.keyboard.type("On its way")
    page.keyboard.press("Enter")
    page.get_by_text("Your message is kept and sent again").wait_for()
    turn(page, other)
    with page.expect_response("**/write"):
        page.unroute("**/write")
        page.reload()
    assert said(host.store, number) == ["On its way"]


@pytest.mark.browser
def test_a_draft_is_there_after_a_look_at_another_ticket_though_the_browser_has_no_room_left(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page = come("maja", number)
    take(page)
    page.keyboard.type("half a sen")
    page.evaluate(FULL)
    page.keyboard.type("tence")
    turn(page, other)
    assert page.locator("#reply").input_value() == ""
    turn(page, number)
    assert page.locator("#reply").input_value() == "half a sentence"


@pytest.mark.browser
def test_a_passage_goes_into_the_reply_by_a_key_and_none_for_agents_does(come, host):
    store = host.store
    _, number = handed_over(store, QUESTION_AR, "ar")
    page = come("maja", number)
    take(page)
    page.locator("[data-side=past]").click()
    page.keyboard.press("/")
    page.locator(".side .finder-words:focus").wait_for()
    page.keyboard.type("something else")
    page.keyboard.press("Control+k")
    page.keyboard.type("price of a return by parcel")
    assert page.locator(".side .finder-words").input_value() == "price of a return by parcel"
    page.locator(".side .hit").first.wait_for()
    page.keyboard.press("Control+Enter")
    page.locator("#reply:focus").wait_for()
    box = page.locator("#reply")
    assert re.search(r"/articles/en/returns\S*$", box.input_value())
    page.get_by_text("This is in English; the customer writes Arabic.").wait_for()
    assert page.locator(".composer .to").inner_text().endswith("the customer writes Arabic")
    box.fill("")
    page.locator(".side .hit").first.get_by_role("button", name="Insert").click()
    page.locator("#reply:focus").wait_for()
    expect(box).not_to_have_value("")
    assert page.locator(".fault").is_hidden()
    box.fill("")
    page.keyboard.press("Control+k")
    page.keyboard.type("how much goodwill may I give")
    page.locator(".side .hit", has_text="Goodwill limits").first.wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".finder-state", has_text="for agents only").wait_for()
    assert box.input_value() == ""
    box.fill("Agents may give 150 kroner per case.")
    box.press("Enter")
    page.locator(".fault", has_text="Goodwill limits").wait_for()
    box.press("End")
    page.keyboard.type(" ")
    assert page.locator(".fault").is_hidden()
    page.keyboard.press("Backspace")
    assert box.input_value() == "Agents may give 150 kroner per case."
    assert said(store, number) == []


@pytest.mark.browser
def test_a_canned_reply_is_put_in_with_the_customer_s_name_in_their_language(come, host):
    _, number = handed_over(host.store, QUESTION_AR, "ar", name="سامية")
    page = come("maja", number)
    act(page, "Take")
    page.get_by_label("Canned replies").select_option("Hello")
    page.get_by_role("button", name="Insert", exact=True).click()
    assert page.locator("#reply").input_value() == "مرحبًا سامية، معكم Maja Holm."
    page.get_by_label("Canned replies").select_option("Only in English (English)")
    page.get_by_role("button", name="Insert", exact=True).click()
    assert page.locator("#reply").input_value().endswith("\n\nOne moment, سامية.")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_ticket_in_arabic_is_read_from_the_right_and_has_no_serious_fault_of_access(
    come, host, width, scheme
):
    store = host.store
    _, number = handed_over(
        store, QUESTION_AR, "ar", "upset", "سامية", "samia@example.org", rejected=("returns",)
    )
    page = come("maja", number, viewport={"width": width, "height": 800}, color_scheme=scheme)
    for expected in (QUESTION_AR, "upset", "سامية", "samia@example.org", "97% certain", "did not help"):
        assert expected in page.locator(".ticket").inner_text()
    own = page.locator(".talk .customer .said p")
    assert own.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert serious(page) == []
    act(page, "Take")
    page.locator("#reply").fill("مرحبًا")
    assert page.locator("#reply").evaluate("element => getComputedStyle(element).direction") == "rtl"
    for side in ("Articles", "Notes", "History"):
        page.get_by_role("tab", name=side).click()
        assert serious(page) == []
        assert width > 360 or too_small(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": width, "height": 300})  # the history has to be scrolled
    assert serious(page) == []
    page.set_viewport_size({"width": width, "height": 800})
    if width == 360:
        page.get_by_role("button", name="All tickets").click()
        page.locator(f'[data-ticket="{number}"]').wait_for()
        assert too_small(page) == []
        assert page.locator(".ticket").is_hidden()


@pytest.mark.browser
def test_notes_are_for_colleagues_and_the_tab_says_how_many_there_are(come, host):
    store = host.store
    token, number = handed_over(store, "<img src=x onerror=alert(1)> where is my parcel")
    maja, bo = come("maja", number), come("bo", number)
    assert "<img src=x onerror=alert(1)>" in maja.locator(".talk-frame").inner_text()
    assert maja.locator(".ticket .talk img").count() == 0
    noting(maja)
    note(maja, "a regular: be generous")
    bo.get_by_role("tab", name="Notes 1").click()
    bo.locator(".notes li", has_text="be generous").wait_for()
    assert "generous" not in maja.locator(".talk-frame").inner_text()
    assert all("generous" not in message.text for message in store.transcript(token))


@pytest.mark.browser
def test_what_is_typed_while_a_note_is_on_its_way_is_left_for_the_next_one(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page = come("maja", number)
    box, held = noting(page), []
    page.route("**/note", lambda route: held.append(route))
    note(page, "a regular")
    expect(page.locator("#note")).to_have_value("")
    box.fill("be generous")
    turn(page, other)
    assert box.input_value() == ""
    with page.expect_response("**/note"):
        held[0].continue_()
    turn(page, number)
    noting(page)
    page.locator(".notes li", has_text="a regular").wait_for()
    assert box.input_value() == "be generous"
    note(page, "and quick")
    box.fill("thanks")
    page.reload()  # before it was answered
    page.locator(".ticket-head h2").wait_for()
    assert box.input_value() == "and quick\n\nthanks"
    assert [one.text for one in host.store.ticket_notes(number)] == ["a regular"]


@pytest.mark.browser
def test_a_note_is_stored_once_though_its_answer_was_lost_and_another_ticket_was_looked_at(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    _, other = handed_over(host.store, "where is my bicycle")
    page = come("maja", number)
    noting(page)
    page.route("**/note", lambda route: (route.fetch(), route.abort()), times=1)
    note(page, "a regular")
    page.locator(".fault", has_text="does not answer. Try again").wait_for()
    turn(page, other)
    turn(page, number)
    assert noting(page).input_value() == "a regular"
    with page.expect_response("**/note"):
        page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#note")).to_have_value("")
    assert [one.text for one in host.store.ticket_notes(number)] == ["a regular"]


@pytest.mark.browser
def test_a_note_that_is_written_on_after_a_lost_answer_is_stored_once(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    box = noting(page)
    page.route("**/note", lambda route: (route.fetch(), route.abort()), times=2)
    note(page, "a regular")
    page.locator(".fault", has_text="does not answer. Try again").wait_for()
    with page.expect_event("requestfailed"):
        note(page, "a regular: be generous")
    expect(box).to_have_value("a regular: be generous")
    with page.expect_response("**/note"):
        note(page, "a regular: be generous, and quick")
    expect(box).to_have_value("")
    with page.expect_response("**/note"):
        note(page, "a regular")
    texts = [one.text for one in host.store.ticket_notes(number)]
    assert texts == ["a regular: be generous, and quick", "a regular"]


def noting(page):
    page.get_by_role("tab", name="Notes").click()
    return page.get_by_label("Note for colleagues")


def note(page, text):
    page.get_by_label("Note for colleagues").fill(text)
    page.get_by_role("button", name="Add the note").click()


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


REDRAWN = """async () => {
    const { redraw } = await import("/askdesk/redraw.js");
    const place = document.body.appendChild(document.createElement("div"));
    const option = (name) => `<option value="${name}" data-key="${name}">${name}</option>`;
    const options = (names) => `<select>${names.map(option).join("")}</select>`;
    const html = (names, title) => `<p>${title}</p>${options(names)}<input data-key="words">`;
    redraw(place, html(["ada", "bo", "ida"], "one"));
    const [select, box] = [place.querySelector("select"), place.querySelector("input")];
    select.value = "bo";
    box.value = "half a sen";
    box.focus();
    const first = redraw(place, html(["ida", "ada", "bo"], "<b>two</b>"));
    const again = redraw(place, html(["ida", "ada", "bo"], "<b>two</b>"));
    const order = [...select.options].map((one) => one.value);
    const same = place.querySelector("input") === box && document.activeElement === box;
    const title = place.querySelector("p").innerHTML;
    return { value: select.value, order, typed: box.value, same, first, again, title };
}"""


@pytest.mark.browser
def test_what_is_redrawn_keeps_what_was_chosen_typed_and_focused(come):
    assert come("maja").evaluate(REDRAWN) == {
        "value": "bo",
        "order": ["ida", "ada", "bo"],
        "typed": "half a sen",
        "same": True,
        "first": True,
        "again": False,
        "title": "<b>two</b>",
    }
