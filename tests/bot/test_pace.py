import pytest
from fastapi import HTTPException
from starlette.requests import Request

from bot import pace as module
from bot.pace import OF_A_PAGE, OF_AN_ADDRESS, Gate, Pace, Turnstile


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def turnstile(clock):
    return Turnstile(Pace(at_once=3, per_second=2), clock)


def test_so_many_are_let_through_at_once_and_then_so_many_a_second(turnstile, clock):
    assert [turnstile.wait("ada") for _ in range(3)] == [0, 0, 0]
    assert turnstile.wait("ada") == pytest.approx(0.5)
    clock.now += 0.5
    assert turnstile.wait("ada") == 0
    assert turnstile.wait("ada") == pytest.approx(0.5)
    clock.now += 60
    assert [turnstile.wait("ada") > 0 for _ in range(5)] == [False, False, False, True, True]


def test_whoever_keeps_trying_is_not_kept_out_any_longer(turnstile, clock):
    heard = 0
    for _ in range(1000):
        heard += turnstile.wait("ada") == 0
        clock.now += 0.01
    assert heard == 3 + 2 * 10 - 1


def test_one_client_s_haste_is_nobody_else_s(turnstile):
    assert [turnstile.wait("ada") > 0 for _ in range(4)] == [False, False, False, True]
    assert turnstile.wait("bo") == 0


def test_no_more_clients_are_remembered_than_that(turnstile, clock, monkeypatch):
    monkeypatch.setattr(module, "MOST_KNOWN", 10)
    for number in range(10):
        turnstile.wait(f"slow {number}")
    clock.now += 10
    for _ in range(4):
        turnstile.wait("hasty")
    assert turnstile.wait("hasty") > 0
    assert len(turnstile._through) == 1
    for number in range(10):
        assert turnstile.wait(f"many {number}") == 0
    assert len(turnstile._through) <= 10


def asked(address):
    return Request({"type": "http", "client": (address, 1), "headers": [], "method": "POST", "path": "/"})


def first_refused(gate, calls):
    """The refusal of the first of these calls, by address and conversation, that is not let in."""
    for address, conversation in calls:
        try:
            gate.let_in(asked(address), conversation)
        except HTTPException as refused:
            return refused
    return None


def test_a_conversation_that_asks_too_often_is_told_for_how_long_to_wait():
    refused = first_refused(Gate(), [("203.0.113.7", "token")] * (OF_A_PAGE.at_once + 3))
    assert (refused.status_code, refused.headers) == (429, {"Retry-After": "1"})
    assert refused.detail == "This was asked too often: try again in 1 second."


def test_many_conversations_make_no_way_around_it():
    """Anybody can begin conversations; an address is that of a whole network in IPv6."""
    gate = Gate()
    calls = [(f"2001:db8::{number:x}", f"token {number}") for number in range(OF_AN_ADDRESS.at_once * 3)]
    assert first_refused(gate, calls)
    assert first_refused(gate, [("2001:db8:0:1::1", "another network's")]) is None


def test_a_hundred_pages_of_one_address_never_meet_it():
    """All at the same moments: each follows its conversation, then tells for minutes that somebody types."""
    clock = Clock()
    addresses, pages = Turnstile(OF_AN_ADDRESS, clock), Turnstile(OF_A_PAGE, clock)
    for _ in range(100):
        for page in range(100):
            assert addresses.wait("office") == pages.wait(f"page {page}") == 0
        clock.now += 2.5


def test_one_page_out_of_order_keeps_out_none_beside_it_in_the_office():
    gate = Gate()
    for _ in range(OF_AN_ADDRESS.at_once * 3):
        first_refused(gate, [("203.0.113.7", "out of order")])
    assert first_refused(gate, [("203.0.113.7", "another's")]) is None
