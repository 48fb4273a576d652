"""What tests of the tickets share: a desk with two agents."""

import pytest

from bot.application import application
from tests.bot.conftest import fake_assistant, serving
from tests.bot.fakes import LIBRARY, FakeIndex
from tests.bot.pages.test_finder_page import RETURNS_AR
from tests.bot.pages.tickets.desk import CANNED


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
