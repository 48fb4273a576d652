"""Users, sessions and the audit log on PostgreSQL."""

import threading

import pytest
from sqlalchemy import text

from bot.access.account import Accounts
from bot.access.attempt import WITH_A_NAME, Attempts, _address_key, _name_key
from bot.access.audit import EntryFilter, entries, first_broken
from bot.access.session import Sessions
from bot.access.tables import AttemptRow
from bot.database.engine import StateError, reading, writing
from bot.state.store import Store
from tests.bot.access.conftest import PASSWORD
from tests.bot.access.test_session import IDLE, LONGEST
from tests.patience import wait_for


@pytest.fixture(scope="module")
def store(postgresql, tmp_path_factory):
    with postgresql.database() as address:
        store = Store.open(address, tmp_path_factory.mktemp("data"))
        yield store
        store.close()


def at_once(count, work):
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_users_sign_in_and_out(store):
    accounts, sessions = Accounts(store.engine), Sessions(store.engine, IDLE, LONGEST)
    accounts.add("maja", PASSWORD, "test", role="editor", languages=["da"])
    assert accounts.check("maja", PASSWORD).languages == ("da",)
    key = sessions.begin("maja")
    assert sessions.user(key).name == "maja"
    assert sessions.end_all("maja") == 1
    assert sessions.user(key) is None


@pytest.mark.parametrize("name", ["\0", "nobody\0", "\ud800", "å" * 100])
def test_a_name_of_any_kind_is_nobody_s(store, name):
    accounts = Accounts(store.engine)
    assert accounts.find(name) is None
    assert accounts.check(name, "\0") is None


@pytest.mark.usefixtures("still")
def test_guesses_at_the_same_moment_are_all_counted(store):
    attempts, heard = Attempts(store.engine), []
    at_once(12, lambda: heard.append(attempts.wait("ole", "192.0.2.7") == 0))
    assert (len(heard), sum(heard)) == (12, WITH_A_NAME.free)


def test_a_success_takes_the_address_before_the_name_as_an_attempt_does(store):
    """Else one of two would hold what the other waits for."""
    attempts, name, address = Attempts(store.engine), "deadlock", "192.0.2.77"
    assert attempts.wait(name, address) == 0
    keys = {"address": _address_key(address), "name": _name_key(name, address)}
    with store.engine.connect() as other:
        other.execute(_LOCK, {"key": keys["address"]})
        succeeding = threading.Thread(target=attempts.succeeded, args=(name, address))
        succeeding.start()
        try:
            wait_for(lambda: somebody_waits(store.engine))
            other.execute(_LOCK, {"key": keys["name"]})  # raises where somebody has it
        finally:
            other.rollback()
            succeeding.join()
    with reading(store.engine) as session:
        assert session.get(AttemptRow, keys["name"]) is None


_LOCK = text("SELECT 1 FROM sign_in_attempts WHERE digest = :key FOR UPDATE NOWAIT")


def somebody_waits(engine):
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))


def test_many_writers_make_one_chain(store):
    def write():
        for _ in range(10):
            store.record("maja", "signed in", "chain")

    at_once(6, write)
    with reading(store.engine) as session:
        assert len(list(entries(session, EntryFilter(what="CHAIN")))) == 60
        assert first_broken(session) is None


@pytest.mark.parametrize(
    "change",
    ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit", "TRUNCATE audit", "TRUNCATE audit CASCADE"],
)
def test_the_database_refuses_to_change_what_was_written(store, change):
    store.record("maja", "signed in")
    with pytest.raises(StateError, match="append-only"), writing(store.engine) as session:
        session.execute(text(change))
