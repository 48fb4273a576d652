from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.finder.kept import Pin
from bot.finder.search import Search
from bot.pages import finder
from bot.pages.result import warning
from index.history import Change
from tests.bot.conftest import fake_assistant, passing, running, serious
from tests.bot.fakes import LIBRARY, OFFER, RETURNS, FakeIndex, FakeLive, article, knowledge, settings

TODAY = date(2026, 6, 1)
RETURNS_AR = article(
    "returns", "إرجاع منتج", "يمكنك إرجاع المنتج خلال 30 يومًا.\n", "ar", questions=("كيف أعيد المنتج؟",)
)


def found(words, articles=LIBRARY, **search):
    live = FakeLive(FakeIndex(tuple(articles)))
    return finder.found(live, settings(), Search(words, **search), TODAY)


def test_a_passage_comes_with_title_section_source_age_and_owner():
    shown = found("send item back", [replace(RETURNS, owner="logistics")]).html
    for expected in (
        "Returning an item",
        "Price of a return",
        "en/returns.md:",
        "Reviewed 1 Mar 2026",
        "logistics",
    ):
        assert expected in shown


def test_agents_articles_are_marked_and_can_be_put_into_no_reply():
    shown = found("how much goodwill may I give", readers="agents").html
    assert "agents only" in shown
    assert 'data-act="insert"' not in shown
    assert "The chat never shows it" in shown
    assert "The chat would" not in shown
    assert "The chat would" in found("send item back", readers="public").html
    assert 'data-act="insert"' in found("price of a return", readers="public").html


def test_what_has_expired_is_found_and_marked_and_has_no_link_for_customers():
    index = FakeIndex((*LIBRARY, OFFER), today=lambda: TODAY)
    sight = finder.found(FakeLive(index), settings(), Search("bells for nothing"), TODAY)
    assert "Expired on 31 May 2026" in sight.html
    assert "it has expired" in sight.html.split("Expired on 31 May 2026")[0]
    assert (sight.rows[0].title, sight.rows[0].link) == (OFFER.title, "")
    index.today = lambda: OFFER.expires
    [row, *_] = finder.found(FakeLive(index), settings(), Search("bells for nothing"), OFFER.expires).rows
    assert row.link == "/articles/en/offer"


def test_the_words_of_the_question_are_marked_in_the_passage():
    assert "<mark>parcel</mark>" in found("parcel").html


def test_where_nothing_is_found_the_words_are_shown_as_text_with_a_way_out():
    shown = found("<b>hedgehogs</b>").html
    assert "&lt;b&gt;hedgehogs&lt;/b&gt;" in shown
    assert "fewer of them" in shown
    assert "Take a filter off" in found("hedgehogs", product="Arc 500").html


def test_without_an_index_the_reason_is_told():
    live = FakeLive(None, problem="the index is damaged: run 'askdesk build'")
    assert "the index is damaged" in finder.found(live, settings(), Search("returns"), TODAY).html
    assert "no index yet" in finder.found(FakeLive(None), settings(), Search("returns"), TODAY).html


def test_markup_in_an_article_is_text():
    nasty = article("x", "<i>Title</i>", "Some <script>alert(1)</script> words\n")
    shown = found("some words", [nasty]).html
    assert "<script" not in shown
    assert "<i>" not in shown


def test_an_arabic_article_is_written_from_the_right():
    assert 'lang="ar" dir="rtl"' in found("إرجاع المنتج", [RETURNS_AR]).html


@pytest.mark.parametrize(
    ("reviewed", "expires", "sentence"),
    [
        (TODAY, None, ""),
        (TODAY - timedelta(days=365), None, ""),
        (TODAY - timedelta(days=400), None, "Overdue, reviewed 1 year ago: ask care before you promise it."),
        (None, None, "Never reviewed: ask care before you promise it."),
        (TODAY, TODAY - timedelta(days=1), "Expired on 31 May 2026: ask care before you promise it."),
    ],
)
def test_what_is_overdue_says_so_and_whom_to_ask(reviewed, expires, sentence):
    told = warning(replace(RETURNS, owner="care", reviewed=reviewed, expires=expires), TODAY)
    assert told == (f'<p class="overdue">{sentence}</p>' if sentence else "")


def test_a_pin_whose_article_is_gone_is_named_and_can_be_let_go():
    live = FakeLive(knowledge())
    shown = finder.start(live, finder.Own(pins=(Pin("en/gone#~0", "Old rules"),)), TODAY)
    assert "Old rules" in shown.html
    assert "no longer there" in shown.html
    assert shown.rows == ()


def test_what_changed_this_week_is_told_and_what_is_there_can_be_opened():
    changes = (
        Change("en/returns.md", "Returning an item", "changed", datetime.now(UTC) - timedelta(days=2)),
        Change("en/gone.md", "Old rules", "gone", datetime.now(UTC) - timedelta(days=3)),
    )
    shown = finder.start(FakeLive(knowledge()), finder.Own(changes=changes), TODAY)
    assert [row.article for row in shown.rows] == ["returns"]
    assert shown.html.count('data-does="open"') == 1
    for expected in ("Changed this week", "removed", "Old rules", "2 days ago"):
        assert expected in shown.html


# In a browser


@pytest.fixture
def assistant(tmp_path):
    return fake_assistant(tmp_path)


@pytest.fixture
def page(chromium, assistant):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    with running(assistant) as address:
        page = context.new_page()
        faults = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{address}/desk")
        page.locator(".finder-words:focus").wait_for()
        page.locator(".finder-grid > *").first.wait_for()  # keys are listened to from then on
        yield page
        context.close()
    assert faults == []


def search(page, words):
    page.locator(".finder-words").fill(words)
    page.locator(".hit").first.wait_for()


COPIED = "document.querySelector('.act.copy.done')"  # for two seconds


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.browser
def test_a_passage_is_found_copied_and_opened_without_a_mouse(page):
    page.keyboard.insert_text("send item back")
    page.locator(".hit mark").first.wait_for()
    with passing(page, COPIED), page.expect_response("**/desk/finder/recent"):
        page.keyboard.press("Enter")
    assert copied(page).startswith("You can send an item back within 30 days.")
    assert copied(page).endswith("Returning an item (en/returns.md:5)")
    page.keyboard.press("Shift+Enter")
    page.locator(".finder-reader h1", has_text="Returning an item").wait_for()
    page.keyboard.press("Escape")
    page.locator(".finder-reader").wait_for(state="hidden")
    assert page.locator(".finder-words:focus").input_value() == "send item back"
    assert page.locator('[role=row][aria-selected="true"]').count() == 1
    page.keyboard.press("Escape")
    page.locator(".recent", has_text="send item back").wait_for()
    assert page.locator(".finder-words:focus").input_value() == ""


@pytest.mark.browser
def test_arrows_move_one_selection_that_a_screen_reader_is_told_of(page):
    search(page, "return parcel goodwill frame")
    rows = page.locator(".finder-grid [role=row]")
    box = page.locator(".finder-words")
    assert rows.count() >= 3
    for place in (0, 1, 2):
        assert rows.nth(place).get_attribute("aria-selected") == "true"
        assert box.get_attribute("aria-activedescendant") == rows.nth(place).get_attribute("id")
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.locator(".finder [aria-selected=true]").count() == 1


@pytest.mark.browser
def test_enter_copies_what_was_typed_last_however_fast_it_is_pressed(page):
    search(page, "parcel takes two working days")
    page.locator(".finder-words").fill("frame is covered for ten years")
    with passing(page, COPIED):
        page.keyboard.press("Enter")
    assert copied(page).startswith("The frame is covered for ten years.")


@pytest.mark.browser
def test_enter_does_nothing_with_what_was_found_for_other_words(page):
    page.evaluate("""() => {
        window.given = [];
        Clipboard.prototype.writeText = async (text) => window.given.push(text);
    }""")
    page.route("**/desk/finder/start", lambda route: None)  # no answer
    page.route("**/search?q=frame*", lambda route: route.fulfill(status=400, json={"detail": "Not now."}))
    words = page.locator(".finder-words")
    search(page, "parcel takes two working days")
    words.press("Escape")
    words.press("Enter")
    words.fill("frame is covered")
    words.press("Enter")
    page.locator(".finder-state", has_text="Not now.").wait_for()
    search(page, "how much goodwill may I give")
    page.locator(".hit-title h2", has_text="Goodwill limits").first.wait_for()
    with passing(page, COPIED):
        words.press("Enter")
    assert [text.partition("\n\n")[0] for text in page.evaluate("window.given")] == [
        "Agents may give 150 kroner per case."
    ]


TYPED_WHILE_AN_ANSWER_COMES = """async () => {
    const box = document.querySelector(".finder-words");
    const type = (words) => { box.value = words; box.dispatchEvent(new Event("input", {bubbles: true})); };
    const [fetched, later] = [window.fetch, window.setTimeout];
    let answer;
    window.fetch = async (...asked) => {
        const response = await fetched(...asked);
        await new Promise((resolve) => (answer = resolve));
        return response;
    };
    type("parcel takes two working days");
    while (!answer) await new Promise((resolve) => later(resolve, 5));
    window.fetch = fetched;
    window.setTimeout = (act, wait) => (wait < 50 ? 0 : later(act, wait));  // the pause after a key lasts
    type("frame is covered for ten years");
    answer();
}"""


@pytest.mark.browser
def test_an_answer_to_the_words_before_is_not_taken_for_that_to_the_last_ones(page):
    page.evaluate(TYPED_WHILE_AN_ANSWER_COMES)
    page.locator(".hit", has_text="A parcel takes two working days").first.wait_for()
    with passing(page, COPIED):
        page.keyboard.press("Enter")
    assert copied(page).startswith("The frame is covered for ten years.")


@pytest.mark.browser
def test_an_answer_that_comes_late_is_not_shown(page):
    held = []
    page.route("**/search?q=parcel*", lambda route: held.append(route))
    with page.expect_request("**/search?q=parcel*"):
        page.locator(".finder-words").fill("parcel")
    search(page, "frame covered")
    page.locator(".hit-title h2", has_text="Warranty on bicycles").first.wait_for()
    for route in held:
        route.abort()
    page.wait_for_timeout(300)
    assert page.locator(".hit-title h2").first.inner_text() == "Warranty on bicycles"
    assert page.locator(".finder-state").is_hidden()


@pytest.mark.browser
def test_slash_leads_to_the_search_and_a_question_mark_to_the_keys(page):
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.locator(".finder-words:focus").input_value() == ""
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".finder-words").input_value() == ""


@pytest.mark.browser
def test_a_pinned_passage_stands_on_the_page_before_anything_is_typed(page):
    search(page, "frame covered")
    with page.expect_response("**/desk/finder/recent"):
        page.keyboard.press("F4")
    page.locator(".hit.pinned").wait_for()
    page.reload()
    page.locator(".hit-title h2", has_text="Warranty on bicycles").wait_for()
    page.locator(".finder-words").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # past the recent search
    page.keyboard.press("F4")
    page.locator(".hit").wait_for(state="detached")


@pytest.mark.browser
def test_a_missing_answer_is_told_with_one_key(page, assistant):
    from bot.finder.missed import MissedAnswers

    search(page, "parcel to the moon")
    page.keyboard.press("F2")
    page.locator(
        ".finder-state", has_text="The editors are told that this is missing: parcel to the moon"
    ).wait_for()
    assert page.locator(".finder-foot button").is_disabled()
    with page.expect_response("**/desk/finder/missing"):
        page.keyboard.press("F2")
    (answer,) = MissedAnswers(assistant.store.engine).listed()
    assert [report.words for report in answer.reports] == ["parcel to the moon"]
    assert answer.last.agent == "local"


@pytest.mark.browser
def test_a_server_that_is_gone_is_told_of_and_asked_again(page):
    page.route("**/desk/finder/search*", lambda route: route.abort())
    page.locator(".finder-words").fill("frame covered")
    page.get_by_text("The server does not answer. Trying again").wait_for()
    page.unroute("**/desk/finder/search*")
    page.locator(".hit").first.wait_for()
    assert page.locator(".finder-state").is_hidden()


@pytest.mark.browser
def test_a_filter_keeps_to_what_was_chosen(page):
    search(page, "return goodwill parcel")
    page.get_by_label("Written for").select_option("agents")
    page.locator(".hit", has_text="Returning an item").wait_for(state="detached")
    assert page.locator(".hit-title h2").all_inner_texts() == ["Goodwill limits"]


@pytest.mark.browser
def test_a_second_finder_hands_a_passage_on_but_none_for_agents(page):
    page.evaluate("""() => {
        window.given = [];
        const first = document.querySelector(".finder");
        const second = first.cloneNode(true);
        second.dataset.insert = "Put into the reply";
        second.dataset.place = "ticket";
        second.querySelector(".finder-grid").replaceChildren();
        first.hidden = true;
        document.body.append(second);
        second.addEventListener("askdesk:passage", (event) => window.given.push(event.detail));
    }""")
    second = page.locator('.finder[data-place="ticket"]')
    second.locator(".finder-words").fill("price of a return by parcel")
    second.get_by_role("button", name="Put into the reply").first.click()
    second.locator(".finder-words").press("Control+Enter")
    second.locator(".finder-words").fill("how much goodwill may I give")
    second.locator(".hit-title h2", has_text="Goodwill limits").wait_for()
    second.locator(".finder-words").press("Control+Enter")
    second.get_by_text("for agents only").last.wait_for()
    given = page.evaluate("window.given")
    assert [one["title"] for one in given] == ["Returning an item"] * 2
    assert given[0]["link"] == "/articles/en/returns"
    assert given[0]["text"].endswith("/articles/en/returns")


@pytest.mark.browser
def test_the_example_of_what_to_search_for_can_be_read_whole_on_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 800})
    fits = "box => (box.value = box.placeholder, box.scrollWidth <= box.clientWidth)"
    assert page.locator(".finder-words").first.evaluate(fits)


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_finder_fits_and_has_no_serious_fault_of_access(page, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    search(page, "frame covered")
    with page.expect_response("**/desk/finder/recent"):
        page.keyboard.press("F4")
    page.locator(".hit.pinned").wait_for()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.locator(".recent").first.wait_for()
    assert serious(page) == []
    page.keyboard.press("?")
    page.get_by_role("heading", name="Keys").wait_for()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
