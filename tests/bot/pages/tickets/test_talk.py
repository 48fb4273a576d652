"""What is written to the customer and by them."""

import re

import pytest

from tests.bot.conftest import FULL
from tests.bot.pages.chat import offline
from tests.bot.pages.tickets.desk import QUESTION_AR, SOON, act, handed_over, said, take, turn, write
from tests.patience import wait_for

expect = pytest.importorskip("playwright.sync_api").expect


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
def test_a_message_that_a_proxy_answers_is_kept_and_sent_once_the_server_is_back(come, host):
    _, number = handed_over(host.store, "where is my parcel")
    page = come("maja", number)
    act(page, "Take")
    unanswered = page.get_by_text("The server does not answer. Your message is kept and sent again")
    answers, tries = [404, 502, 403], []

    def proxied(route):
        tries.append(route.request.post_data_json["key"])
        if len(tries) > 1:
            unanswered.wait_for()
        if answers:
            route.fulfill(status=answers.pop(0), body="<h1>nginx</h1>", content_type="text/html")
        else:
            route.continue_()

    page.route("**/write", proxied)
    page.locator("#reply").fill("On its way")
    page.keyboard.press("Enter")
    page.locator(".unsent").wait_for(state="hidden")
    expect(page.locator(".talk-frame .agent")).to_have_count(1)
    assert page.locator("#reply").input_value() == ""
    assert said(host.store, number) == ["On its way"]
    assert (len(tries), len(set(tries))) == (4, 1)


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
