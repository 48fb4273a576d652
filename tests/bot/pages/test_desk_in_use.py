"""The desk as an agent meets it: an address that leads nowhere, and a conversation on a small screen."""

import pytest
from playwright.sync_api import expect

from tests.bot.conftest import fake_assistant, running, visits

PHONE = (390, 844)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """A server without users, whose desk is open to the machine itself."""
    return fake_assistant(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(host):
    with running(host) as address:
        yield address


@pytest.fixture
def visit(chromium, address):
    with visits(chromium, address, PHONE[1]) as visit:
        yield visit


def at_ticket(page, number):
    page.goto(f"{page.url}desk/?ticket={number}")
    return page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_ticket_that_is_not_there_is_told_and_leads_back_to_the_list(visit, width):
    page = at_ticket(visit(width=width), 77)
    expect(page.get_by_text("There is no ticket 77. Choose one from the list.")).to_be_visible()
    expect(page.locator(".board")).to_be_visible()
    assert "ticket" not in page.url
