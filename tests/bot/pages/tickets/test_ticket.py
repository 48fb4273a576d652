"""A ticket: who helps, what is beside the talk, and notes for colleagues."""

import time

import pytest

from tests.bot.conftest import serious, too_small
from tests.bot.pages.tickets.desk import QUESTION_AR, act, handed_over, said, take, turn

expect = pytest.importorskip("playwright.sync_api").expect


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
@pytest.mark.parametrize("size", [(1280, 800), (390, 700)])
def test_a_slip_on_close_does_not_end_what_a_customer_waits_for(come, host, size):
    store = host.store
    _, number = handed_over(store, "where is my parcel")
    page = come("maja", number, viewport=dict(zip(("width", "height"), size, strict=True)))
    sent = []
    page.on("request", lambda request: sent.append(request.url.rpartition("/")[2]))
    dialog = page.get_by_role("dialog", name="This customer still waits for a person.")
    act(page, "Close")
    page.keyboard.press("Enter")  # what has the focus leaves all as it is
    expect(dialog).to_be_hidden()
    page.keyboard.press("Enter")  # on Close, which has it again
    place = dialog.bounding_box()
    assert abs(place["y"] + place["height"] / 2 - size[1] / 2) < 2
    assert serious(page) == []
    assert size[0] > 390 or too_small(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".acts [data-act=close]")).to_be_focused()
    assert (store.ticket(number).status, "close" in sent) == ("waiting", False)
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Close the ticket").click()
    page.locator(".acts").get_by_role("button", name="Open again").wait_for()
    assert (store.ticket(number).status, sent.count("close")) == ("closed", 1)


@pytest.mark.browser
def test_close_asks_nothing_once_somebody_is_there(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    take(page)
    act(page, "Close")
    page.locator(".acts").get_by_role("button", name="Open again").wait_for()
    assert host.store.ticket(number).status == "closed"


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


@pytest.mark.browser
def test_a_note_whose_answer_was_lost_is_stored_once_though_it_was_written_on_at_too_great_length(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    box = noting(page)
    page.route("**/note", lambda route: (route.fetch(), route.abort()), times=1)
    note(page, "a regular")
    page.locator(".fault", has_text="does not answer. Try again").wait_for()
    note(page, "a regular" + ", and quick" * host.settings.max_message)
    page.locator(".fault", has_text="too long").wait_for()
    for text in ("a regular: be generous", "a regular"):
        with page.expect_response("**/note"):
            note(page, text)
        expect(box).to_have_value("")
    texts = [one.text for one in host.store.ticket_notes(number)]
    assert texts == ["a regular: be generous", "a regular"]


def noting(page):
    page.get_by_role("tab", name="Notes").click()
    return page.get_by_label("Note for colleagues")


def note(page, text):
    page.get_by_label("Note for colleagues").fill(text)
    page.get_by_role("button", name="Add the note").click()


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
