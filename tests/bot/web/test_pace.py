import pytest

from bot.web import pace as module
from bot.web.pace import OF_A_PAGE, OF_AN_ADDRESS, Pace, Turnstile, paces


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


def test_a_hundred_pages_of_one_address_never_meet_it():
    """All at the same moments: each follows its conversation, then tells for minutes that somebody types."""
    clock = Clock()
    addresses, pages = Turnstile(OF_AN_ADDRESS, clock), Turnstile(OF_A_PAGE, clock)
    for _ in range(100):
        for page in range(100):
            assert addresses.wait("office") == pages.wait(f"page {page}") == 0
        clock.now += 2.5


def test_an_office_that_opens_the_chat_and_asks_at_the_same_moment_never_meets_it():
    """Twenty people of one address: each opens the chat, begins and asks, then asks every ten seconds."""
    clock, due = Clock(), paces(30, 300)
    counts = {kind: Turnstile(due[kind].address, clock) for kind in ("looking", "beginning", "asking")}
    calls = 20 * ["looking"] * 4 + 20 * ["beginning"] + 20 * ["asking"]
    assert [kind for kind in calls if counts[kind].wait("office")] == []
    for _ in range(60):
        clock.now += 10
        assert [person for person in range(20) if counts["asking"].wait("office")] == []


def test_who_types_fast_never_meets_it():
    """A line a second for half a minute, as people do who write in short lines, then one every three."""
    clock = Clock()
    own = Turnstile(paces(30, 300)["writing"].conversation, clock)
    for second in [1.0] * 30 + [3.0] * 60:
        assert own.wait("ada") == 0
        clock.now += second
