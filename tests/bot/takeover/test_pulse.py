from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import anyio
import pytest
from anyio.to_thread import run_sync

from bot.state.store import Store
from bot.takeover import pulse as module
from bot.takeover.pulse import Pulse
from tests.loop import run
from tests.patience import PATIENCE, wait_for_async


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        yield store


@pytest.fixture
def rung(monkeypatch):
    """Nobody looks by the clock: what wakes, was rung for."""
    monkeypatch.setattr(module, "SECONDS_BETWEEN_LOOKS", 3600)


@pytest.fixture
def looks(store, monkeypatch):
    """How often the database was looked at, by what was read."""
    counted = Counter()

    def count(name, look):
        def looked(*what):
            counted[name] += 1
            return look(*what)

        monkeypatch.setattr(store, name, looked)

    for name in ("revisions", "desk_revision"):
        count(name, getattr(store, name))
    return counted


@contextmanager
def opened(folder):
    store = Store.open(None, folder)
    yield store
    store.close()


def said(store, text="hello", token=None):
    """A customer's message in a new conversation, or one more in an old one."""
    token = token or store.start("en").token
    with store.turn(token) as turn:
        turn.say("customer", text, "question")
        return token, turn.conversation


def ticket(store):
    token, conversation = said(store)
    with store.turn(token) as turn:
        return token, conversation, turn.hand_over("asked", {}).number


def test_a_change_of_a_conversation_wakes_who_watches_it_and_nobody_else(store, rung):
    token, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own, pulse.watch(conversation + 1) as others:
            await run_sync(said, store, "again", token)
            assert await own.news(PATIENCE) == {conversation}
            assert await others.news(0.05) == set()
            assert await own.news(0) == set()

    run(main)


def test_news_that_came_before_the_waiting_are_not_lost(store, rung):
    token, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own:
            await run_sync(said, store, "one", token)
            await run_sync(said, store, "two", token)
            await anyio.sleep(0.05)
            assert await own.news(0) == {conversation}

    run(main)


def test_a_change_by_another_process_is_found_within_two_looks(tmp_path, store, looks):
    token, conversation, _ = ticket(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation, None) as own, opened(tmp_path) as elsewhere:
            own.knows(conversation, store.news(conversation, 0).revision)
            assert await own.news(PATIENCE) == {
                None
            }  # the first look at the desk finds something in any case
            assert await own.news(1.5 * module.SECONDS_BETWEEN_LOOKS) == set()
            await run_sync(said, elsewhere, "from elsewhere", token)
            looks.clear()
            found = {}
            with anyio.fail_after(PATIENCE):
                while found.keys() != {conversation, None}:
                    found = dict.fromkeys(await own.news(PATIENCE), looks.copy()) | found
        assert found[conversation]["revisions"] <= 2
        assert found[None]["desk_revision"] <= 2

    run(main)


def test_a_new_ticket_and_its_end_wake_the_desk_but_a_chat_with_the_bot_does_not(store, rung, looks):
    _, _, number = ticket(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(None) as desk:
            await run_sync(said, store)
            assert await desk.news(PATIENCE) == {None}  # the first look finds something in any case
            looks.clear()
            await run_sync(said, store)
            await wait_for_async(lambda: looks["desk_revision"])
            assert await desk.news(0.1) == set()
            await run_sync(ticket, store)
            assert await desk.news(PATIENCE) == {None}
            await run_sync(close, store, number)
            assert await desk.news(PATIENCE) == {None}

    run(main)


def close(store, number):
    with store.ticket_turn(number) as turn:
        turn.handling(number).close(None)


def test_typing_is_seen_at_once_and_ends_by_itself(store, rung, monkeypatch):
    clock = SimpleNamespace(now=1000.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(module, "time", clock)
    _, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own:
            pulse.type(conversation, "customer")
            assert await own.news(PATIENCE) == {conversation}
            clock.now += 1
            assert pulse.typing(conversation, "customer") == module.SECONDS_TYPING - 1
            assert pulse.typing(conversation, "desk") == 0
            pulse.type(conversation, "customer")
            assert pulse.typing(conversation, "customer") == module.SECONDS_TYPING
            assert await own.news(0.05) == set()  # nothing new
            clock.now += module.SECONDS_TYPING
            assert pulse.typing(conversation, "customer") == 0
            pulse.type(conversation, "customer")
            pulse.type(conversation, "customer", on=False)
            assert pulse.typing(conversation, "customer") == 0
            assert await own.news(PATIENCE) == {conversation}

    run(main)


def test_whoever_has_written_types_no_more_though_nobody_waits(store):
    token, conversation = said(store)
    pulse = Pulse(store)
    for side in ("customer", "desk"):
        pulse.type(conversation, side)
    with store.turn(token) as turn:
        turn.say("customer", "hello", "message")
    assert pulse.typing(conversation, "customer") == 0
    assert pulse.typing(conversation, "desk") > 0
    with store.turn(token) as turn:
        turn.say("bot", "hello", "reply")
    assert pulse.typing(conversation, "desk") > 0
    with store.turn(token) as turn:
        turn.say("agent", "hello", "message")
    assert pulse.typing(conversation, "desk") == 0


def test_what_another_process_stored_ends_the_typing_of_before_and_none_of_after(tmp_path, store):
    token, conversation = said(store, "before")
    pulse = Pulse(store)
    for side in ("customer", "desk"):
        pulse.type(conversation, side)
    pulse.heard(conversation, store.news(conversation, 0).messages)
    assert pulse.typing(conversation, "customer") > 0
    with opened(tmp_path) as elsewhere:
        said(elsewhere, "after", token)
    assert pulse.typing(conversation, "customer") > 0
    pulse.heard(conversation, store.news(conversation, 0).messages)
    assert pulse.typing(conversation, "customer") == 0
    assert pulse.typing(conversation, "desk") > 0


def test_nobody_looks_where_nobody_waits(store, rung):
    async def main():
        pulse = Pulse(store)
        before = len(anyio.get_running_tasks())
        with pulse.watch(1), pulse.watch(None):
            await anyio.sleep(0.1)
            assert pulse.waiting == 2
            assert len(anyio.get_running_tasks()) > before
        await anyio.sleep(0.1)
        assert pulse.waiting == 0
        assert len(anyio.get_running_tasks()) == before

    run(main)
