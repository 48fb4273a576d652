import time
from contextlib import contextmanager

import anyio
import pytest
from anyio.to_thread import run_sync

from bot.state.store import Store
from bot.takeover import pulse as module
from bot.takeover.pulse import Pulse
from tests.loop import run

SOON = 0.5


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as store:
        yield store


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


def test_a_change_of_a_conversation_wakes_who_watches_it_and_nobody_else(store):
    token, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own, pulse.watch(conversation + 1) as others:
            started = time.monotonic()
            await run_sync(said, store, "again", token)
            assert await own.news(5) == {conversation}
            assert time.monotonic() - started < SOON
            assert await others.news(0.05) == set()
            assert await own.news(0) == set()

    run(main)


def test_news_that_came_before_the_waiting_are_not_lost(store):
    token, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own:
            await run_sync(said, store, "one", token)
            await run_sync(said, store, "two", token)
            await anyio.sleep(0.05)
            assert await own.news(0) == {conversation}

    run(main)


def test_a_change_by_another_process_is_found_within_two_looks(tmp_path, store):
    token, conversation, _ = ticket(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation, None) as own, opened(tmp_path) as elsewhere:
            own.knows(conversation, store.news(conversation, 0).revision)
            await anyio.sleep(module.SECONDS_BETWEEN_LOOKS * 1.5)
            await own.news(0)
            assert await own.news(1.5 * module.SECONDS_BETWEEN_LOOKS) == set()
            await run_sync(said, elsewhere, "from elsewhere", token)
            found = set()
            with anyio.fail_after(2.5 * module.SECONDS_BETWEEN_LOOKS):
                while found != {conversation, None}:
                    found |= await own.news(1)

    run(main)


def test_a_new_ticket_and_its_end_wake_the_desk_but_a_chat_with_the_bot_does_not(store):
    _, _, number = ticket(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(None) as desk:
            await anyio.sleep(module.SECONDS_BETWEEN_LOOKS * 1.5)
            await desk.news(0)
            await run_sync(said, store)
            assert await desk.news(0.3) == set()
            await run_sync(ticket, store)
            assert await desk.news(SOON) == {None}
            await run_sync(close, store, number)
            assert await desk.news(SOON) == {None}

    run(main)


def close(store, number):
    with store.ticket_turn(number) as turn:
        turn.handling(number).close(None)


def test_typing_is_seen_at_once_and_ends_by_itself(store, monkeypatch):
    monkeypatch.setattr(module, "SECONDS_TYPING", 0.2)
    _, conversation = said(store)

    async def main():
        pulse = Pulse(store)
        with pulse.watch(conversation) as own:
            pulse.type(conversation, "customer")
            assert await own.news(SOON) == {conversation}
            assert 0 < pulse.typing(conversation, "customer") <= 0.2
            assert pulse.typing(conversation, "desk") == 0
            pulse.type(conversation, "customer")
            assert await own.news(0.05) == set()  # nothing new
            await anyio.sleep(0.2)
            assert pulse.typing(conversation, "customer") == 0
            pulse.type(conversation, "customer")
            pulse.type(conversation, "customer", on=False)
            assert pulse.typing(conversation, "customer") == 0
            assert await own.news(SOON) == {conversation}

    run(main)


def test_nobody_looks_where_nobody_waits(store):
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
