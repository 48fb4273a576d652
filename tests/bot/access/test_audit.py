import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.access.audit import EntryFilter, entries, first_broken, record
from bot.access.user import User
from bot.database.engine import FILE_NAME, StateError, reading, writing
from bot.state.store import Store

MAJA = User("maja", "Maja", "editor")


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


def read(store, **only):
    with reading(store.engine) as session:
        return list(entries(session, EntryFilter(**only)))


def broken(store):
    with reading(store.engine) as session:
        return first_broken(session)


def test_an_entry_says_who_did_what_when_to_what(store):
    store.record(MAJA, "article saved", "en/returns.md", version="abc")
    (entry,) = read(store)
    assert (entry.number, entry.who, entry.action, entry.what) == (
        1,
        "maja",
        "article saved",
        "en/returns.md",
    )
    assert entry.details == {"version": "abc"}
    assert datetime.now(UTC) - entry.when < timedelta(minutes=1)


def test_the_latest_come_first_and_are_filtered_by_who_what_and_time(store):
    store.record(MAJA, "article saved", "en/100%_sure.md")
    store.record("command:root", "user added", "ole")
    store.record(MAJA, "article saved", "en/1000_sure.md")
    assert [entry.number for entry in read(store)] == [3, 2, 1]
    assert [entry.number for entry in read(store, who="maja")] == [3, 1]
    assert [entry.number for entry in read(store, action="user added")] == [2]
    assert [entry.number for entry in read(store, what="100%_S")] == [1]
    second = read(store)[1].when
    assert [entry.number for entry in read(store, since=second)] == [3, 2]
    assert [entry.number for entry in read(store, until=second)] == [1]


def test_an_entry_stands_or_falls_with_what_it_tells_of(store):
    def close_and_fail():
        with writing(store.engine) as session:
            record(session, MAJA, "ticket closed", "7")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        close_and_fail()
    assert read(store) == []


def test_an_entry_is_one_line_that_can_be_seen(store):
    store.record("a\r\nb\x00", "signed in", "x\u202egnp\ud800y" + "z" * 900, address="1\n2")
    (entry,) = read(store)
    assert (entry.who, entry.details) == ("a b", {"address": "1 2"})
    assert entry.what.startswith("x gnp yzzz")
    assert len(entry.what) == 300


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET who = 'nobody'",
        "DELETE FROM audit",
        "REPLACE INTO audit SELECT number, created, 'nobody', action, what, details, digest FROM audit",
        "INSERT INTO audit SELECT number - 1, created, who, action, what, details, digest FROM audit",
    ],
)
def test_the_database_refuses_to_change_what_was_written(store, change):
    store.record(MAJA, "signed in")
    with pytest.raises(StateError, match="append-only"), writing(store.engine) as session:
        session.execute(text(change))
    assert [entry.who for entry in read(store)] == ["maja"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE audit SET what = 'other' WHERE number = 2", 2),
        ("UPDATE audit SET created = '2020-01-01 00:00:00.000000' WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 2", 3),
        ("DELETE FROM audit WHERE number = 1", 2),
    ],
)
def test_a_change_behind_the_database_s_back_shows(store, tmp_path, change, told):
    for number in range(4):
        store.record(MAJA, "article saved", str(number))
    assert broken(store) is None
    store.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as database:
        for trigger in ("updated", "deleted", "replaced"):
            database.execute(f"DROP TRIGGER audit_keeps_{trigger}")
        database.execute(change)
    assert broken(store) == told


def test_many_writers_make_one_chain(store):
    def write() -> None:
        for _ in range(10):
            store.record(MAJA, "signed in")

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read(store)) == 60
    assert broken(store) is None
