import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.packet import pack
from bot.pages import chip
from bot.pages.element import block, element
from bot.pages.highlight import highlight
from bot.pages.tickets import ticket_list
from index.hit import Thresholds
from kb.language import Language
from tests.bot.conftest import fake_assistant, running
from tests.bot.fakes import RETURNS, knowledge

TODAY = date(2026, 6, 1)


def test_confidence_is_said_in_words_and_percent():
    thresholds = Thresholds(answer=0.8, suggest=0.4)
    assert "sure · 80%" in chip.confidence(0.8, thresholds)
    assert "possible · 40%" in chip.confidence(0.4, thresholds)
    assert "unlikely · 39%" in chip.confidence(0.39, thresholds)


@pytest.mark.parametrize(
    ("reviewed", "expires", "overdue"),
    [
        (TODAY - timedelta(days=365), None, False),
        (TODAY - timedelta(days=366), None, True),
        (None, None, True),
        (TODAY, TODAY, False),
        (TODAY, TODAY - timedelta(days=1), True),
    ],
)
def test_an_article_is_overdue_after_a_year_or_when_it_has_expired(reviewed, expires, overdue):
    one = replace(RETURNS, reviewed=reviewed, expires=expires)
    assert chip.overdue(one, TODAY) is overdue
    assert ("chip warn" in chip.freshness(one, TODAY) or "chip bad" in chip.freshness(one, TODAY)) is overdue


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=3, minutes=59), "3 hours"),
        (timedelta(days=400), "1 year"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(span, words):
    assert chip.ago(span) == words


def test_a_highlight_reaches_other_forms_of_a_word_and_leaves_tags_alone():
    markup = '<p title="returns > all">Returned parcels &amp; returns</p>'
    assert highlight(markup, "return", "en") == (
        '<p title="returns > all"><mark>Returned</mark> parcels &amp; <mark>returns</mark></p>'
    )


def test_a_word_that_is_still_being_typed_is_marked_by_its_beginning():
    assert highlight("<p>the warranty</p>", "bicycle warr", "en") == "<p>the <mark>warranty</mark></p>"


def test_short_words_are_not_marked():
    assert "<mark>" not in highlight("<p>to the</p>", "to the ", "en")


def test_words_are_marked_in_scripts_without_spaces_and_with_other_letters():
    assert "<mark>退货</mark>" in highlight("<p>如何退货？</p>", "退货", "zh")
    assert "<mark>الإرجاع</mark>" in highlight("<p>ملصق الإرجاع</p>", "إرجاع", "ar")


def test_text_in_an_element_is_escaped_and_a_block_is_one_line():
    made = element("p", "<b>\n\n&", title='"x"')
    assert block(made) == '<div><p title="&quot;x&quot;">&lt;b&gt;&#10;&#10;&amp;</p></div>'


# Tickets


def handed_over(store, text, language="en", reason="asked", name=None, email=None, rejected=()):
    """A ticket for a conversation of one question and one reply."""
    found = knowledge().search(text, Language(language, 0.97))
    token = store.start(language).token
    with store.turn(token) as turn:
        turn.say("customer", text, "question")
        reply = turn.say("bot", "**You can send it back.**", "answer")
        turn.rate(reply.id, helpful=False)
        turn.turn_down(rejected)
        packet = pack(reason, found, rejected, turn.transcript()).document()
        ticket = turn.hand_over(reason, packet)
        turn.leave_contact(ticket.number, name, email)
    return store.ticket(ticket.number)


@pytest.fixture
def assistant(tmp_path):
    """An assistant with a database of its own."""
    return fake_assistant(tmp_path)


@pytest.fixture
def store(assistant):
    return assistant.store


def test_open_tickets_come_first_and_who_waits_longest_is_on_top(store):
    first, second, third = (handed_over(store, text) for text in ("one parcel", "two", "three"))
    with store.ticket_turn(first.number) as turn:
        turn.handling().close(None)
    shown = ticket_list(store.tickets(), chosen=str(third.number))
    numbers = re.findall(r'value="(\d+)"', shown)
    assert numbers == [str(second.number), str(third.number), str(first.number)]
    assert "Waiting: 2" in shown
    assert shown.count('aria-current="true"') == 1


def test_no_ticket_at_all_is_said(store):
    assert "Nobody is waiting" in ticket_list(store.tickets(), chosen="")


# In a browser


@pytest.fixture
def site(assistant):
    """A server without any earlier tickets."""
    with running(assistant) as address:
        yield address


@pytest.fixture
def page(chromium, site):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{site}/desk")
    page.wait_for_selector(".finder-words")
    yield page
    context.close()
    assert faults == []


def open_ticket(page, number):
    page.get_by_role("tab", name=re.compile("Tickets")).click()
    page.locator(f'button.choose[name="ticket"][value="{number}"]').click()
    page.locator("#packet").get_by_role("heading", name=f"Ticket #{number}").wait_for()


def serious(page):
    """What axe finds that keeps people out."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [
        (one["id"], one["nodes"][0]["target"]) for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.browser
def test_a_ticket_shows_its_whole_packet_and_can_be_solved(page, store):
    text = "كيف أعيد الدراجة؟"
    ticket = handed_over(store, text, "ar", name="سامية", email="samia@example.org", rejected=("returns",))
    page.reload()
    page.get_by_role("tab", name="Tickets (1)").wait_for()
    open_ticket(page, ticket.number)
    packet = page.locator("#packet")
    for expected in (text, "asked for a person", "سامية", "samia@example.org", "97% certain", "did not help"):
        assert expected in packet.inner_text()
    own = packet.locator("li.customer .said p")
    assert own.evaluate("element => getComputedStyle(element).direction") == "rtl"
    page.get_by_role("button", name="Mark as solved").click()
    page.locator("#packet .chip.good").first.wait_for()
    assert store.ticket(ticket.number).status == "closed"


@pytest.mark.browser
def test_markup_that_a_customer_typed_is_shown_as_text(page, store):
    ticket = handed_over(store, "<img src=x onerror=alert(1)> where is my parcel")
    page.reload()
    open_ticket(page, ticket.number)
    assert "<img src=x onerror=alert(1)>" in page.locator("#packet").inner_text()
    assert page.locator("#packet img").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_desk_fits_and_has_no_serious_fault_of_access(page, store, width, scheme):
    ticket = handed_over(store, "where is my parcel", email="joe@example.com", rejected=("returns",))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.reload()
    page.locator(".finder-words").fill("send item back")
    page.locator(".hit").first.wait_for()
    assert serious(page) == []
    open_ticket(page, ticket.number)
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
