"""Signing in as people do: in a browser, with the keyboard, on a phone."""

import re
from contextlib import suppress

import pytest

from bot.access.user import ROLES
from bot.application import application
from tests.bot.access.conftest import PASSWORD
from tests.bot.conftest import fake_assistant, serious, serving, too_small
from tests.bot.pages.tickets.desk import handed_over

api = pytest.importorskip("playwright.sync_api")
expect = api.expect
pytestmark = pytest.mark.browser

DESK = re.compile(r"^[^?]*/desk/$")  # the address of the sign-in that leads there ends so, too


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = application(fake_assistant(tmp_path_factory.mktemp("sign-in")))
    for role in ROLES:
        app.state.porter.accounts.add(role, PASSWORD, "test", role=role, shown=f"The {role}")
    return app


@pytest.fixture(scope="module")
def site(app):
    with serving(app) as address:
        yield address


@pytest.fixture
def visit(chromium, site):
    """Opens a path in a browser of its own; what goes wrong there fails the test."""
    contexts, faults = [], []

    def opened(path, **more):
        contexts.append(chromium.new_context(reduced_motion="reduce", **more))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{site}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def typed(page, name, password=PASSWORD):
    page.get_by_label("Name").fill("")
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def at_sign_in(page):
    """Waits until the desk has led there; it goes by several ways at once, of which one ends the others."""
    expect(page).to_have_url(re.compile(r"/sign-in\?next=(/|%2F)desk(/|%2F)"))
    page.wait_for_load_state()


def test_with_the_keyboard_alone_and_on_to_the_page_that_was_asked_for(visit):
    page = visit("/studio/")
    page.locator("input[name=name]:focus").wait_for()
    typed(page, "editor", "a wrong guess")
    page.get_by_role("alert").get_by_text("Name or password is wrong").wait_for()
    page.locator("input[name=password]:focus").wait_for()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/studio/")
    page.locator(".staff-heading .who", has_text="The editor").wait_for()
    assert page.locator(".staff-heading nav").inner_text().split() == ["Chat", "Desk"]


def test_a_page_of_another_role_says_so(visit):
    page = visit("/sign-in")
    typed(page, "agent")
    page.wait_for_url(DESK)
    page.goto(page.url.replace("/desk/", "/audit"))
    page.get_by_text("This page is for the role admin").wait_for()


def test_an_open_page_leads_back_to_sign_in_when_its_session_has_ended(visit, app):
    page = visit("/desk/")
    typed(page, "agent")
    page.wait_for_url(DESK)
    page.locator(".finder-words").fill("return")
    page.locator(".hit").first.wait_for()
    app.state.porter.sessions.end_all("agent")
    page.keyboard.type("parcel")  # or it is led back by a request of its own, in the midst of the word
    at_sign_in(page)
    typed(page, "agent")
    page.wait_for_url(DESK)


def test_signing_out_closes_the_desk(visit):
    page = visit("/desk/")
    typed(page, "agent")
    page.locator(".who").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    page.reload()
    assert "/sign-in" in page.url


def note(page):
    return page.get_by_label("Note for colleagues")


def at_ticket(page, number, name):
    """The ticket's notes, opened by a user who signs in for it."""
    if "/sign-in" not in page.url:
        page.goto(f"{page.url.partition('/desk')[0]}/desk/?ticket={number}")
    typed(page, name)
    page.wait_for_url(f"**/desk/?ticket={number}")
    page.locator(".ticket-head h2").wait_for()
    page.get_by_role("tab", name="Notes").click()
    return note(page)


def left_behind(page):
    return page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('askdesk'))")


def sign_out(page):
    page.goto(page.url.partition("/desk")[0] + "/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/sign-in")


def led_back(page, app):
    """To the sign-in, once the agent's session has ended."""
    app.state.porter.sessions.end_all("agent")
    with suppress(api.Error):  # by a request of the page's own it may be on its way already
        page.reload()
    at_sign_in(page)


def test_a_draft_outlives_a_session_that_ran_out_and_no_sign_out(visit, app):
    _, number = handed_over(app.state.porter.store, "where is my parcel")
    page = visit(f"/desk/?ticket={number}")
    at_ticket(page, number, "agent").fill("a regular: be generous")
    led_back(page, app)
    expect(at_ticket(page, number, "agent")).to_have_value("a regular: be generous")
    sign_out(page)
    assert left_behind(page) == []
    page.goto(page.url.replace("/sign-in", f"/desk/?ticket={number}"))
    expect(at_ticket(page, number, "agent")).to_have_value("")


def test_a_draft_is_not_shown_to_who_signs_in_next_in_the_same_tab(visit, app):
    _, number = handed_over(app.state.porter.store, "where is my parcel")
    page = visit(f"/desk/?ticket={number}")
    at_ticket(page, number, "agent").fill("a regular: be generous")
    led_back(page, app)
    expect(at_ticket(page, number, "editor")).to_have_value("")
    assert left_behind(page) == []


def test_a_sign_out_in_one_tab_closes_what_stands_in_another(visit, app):
    _, number = handed_over(app.state.porter.store, "where is my parcel")
    page = visit(f"/desk/?ticket={number}")
    at_ticket(page, number, "agent").fill("a regular: be generous")
    other = page.context.new_page()
    other.goto(page.url)
    sign_out(other)
    with suppress(api.Error):  # it may be on its way already
        page.evaluate(
            "dispatchEvent(new Event('focus'))"
        )  # pages without windows have the focus all the time
    at_sign_in(page)
    assert left_behind(page) == []


def test_an_admin_reads_who_did_what(visit):
    page = visit("/audit")
    typed(page, "admin")
    page.get_by_role("cell", name="user added").first.wait_for()
    page.get_by_label("Did").select_option("user added")
    page.get_by_label("To what").fill("editor")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**what=editor**")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("link", name="Check that nothing was changed").click()
    page.get_by_text("Every entry is as it was written").wait_for()
    with page.expect_download() as table:
        page.get_by_role("link", name="Export as a table").click()
    assert table.value.suggested_filename == "audit.csv"


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
)
def test_the_pages_fit_and_have_no_serious_fault_of_access(visit, width, scheme):
    page = visit("/audit", viewport={"width": width, "height": 800}, color_scheme=scheme)
    typed(page, "admin", "a wrong guess")
    page.get_by_role("alert").wait_for()
    seen = [(page.url, serious(page), page.evaluate("document.documentElement.scrollWidth"))]
    typed(page, "admin")
    for path in ("/audit", "/account"):
        page.wait_for_url(f"**{path}")
        seen.append((path, serious(page), page.evaluate("document.documentElement.scrollWidth")))
        assert width > 360 or too_small(page) == []
        page.goto(page.url.replace("/audit", "/account"))
    assert [(faults, wide) for _, faults, wide in seen] == [([], width)] * 3, seen
