import anyio
import pytest
from sqlalchemy import event

from bot.database.engine import StateError
from bot.takeover.bookmarks import Bookmarks
from tests.loop import run


def conversation(store):
    token = store.start("en").token
    with store.turn(token) as turn:
        for text in ("one", "two", "three"):
            turn.say("customer", text, "message")
        return turn.conversation


def commits(store):
    """How often something is committed from now on."""
    counted = []
    event.listen(store.engine, "commit", counted.append)
    return counted


def test_marks_that_come_together_are_stored_together_and_told_once_each(store):
    conversations, told = [conversation(store) for _ in range(5)], []
    store.listen(lambda conversation, _: told.append(conversation))

    async def main():
        bookmarks = Bookmarks(store)
        stored = commits(store)
        async with anyio.create_task_group() as pages:
            for one in conversations:
                for seen in (1, 3, 2):
                    pages.start_soon(put, bookmarks, one, "customer", 3, seen)
                pages.start_soon(put, bookmarks, one, "desk", 2, 2)
        assert len(stored) == 1
        for one in conversations:
            marks = store.marks(one)
            assert (marks.customer_delivered, marks.customer_seen) == (3, 3)
            assert (marks.desk_delivered, marks.desk_seen) == (2, 2)
        assert told == conversations

    run(main)


async def put(bookmarks, conversation, side, delivered, seen):
    await bookmarks.put(conversation, side, delivered=delivered, seen=seen)


def test_what_is_told_while_others_are_stored_is_stored_after_them(store):
    one = conversation(store)

    async def main():
        bookmarks = Bookmarks(store)
        for seen in (1, 2, 3):
            await put(bookmarks, one, "desk", seen, seen)
            assert store.marks(one).desk_seen == seen

    run(main)


def test_who_leaves_takes_nobody_else_s_mark_away(store):
    one, other = conversation(store), conversation(store)

    async def main():
        bookmarks = Bookmarks(store)
        with anyio.move_on_after(0.01):
            await put(bookmarks, one, "customer", 1, 1)
        await put(bookmarks, other, "customer", 1, 1)
        assert (store.marks(one).customer_seen, store.marks(other).customer_seen) == (1, 1)

    run(main)


def test_where_they_can_t_be_stored_everybody_is_told(store, monkeypatch):
    one = conversation(store)

    def fails(_):
        raise StateError("the disk is full")

    async def main():
        bookmarks = Bookmarks(store)
        monkeypatch.setattr(store, "mark_all", fails)
        with pytest.raises(StateError):
            await put(bookmarks, one, "customer", 1, 1)
        monkeypatch.undo()
        await put(bookmarks, one, "customer", 1, 1)
        assert store.marks(one).customer_seen == 1

    run(main)
