from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.access.account import Accounts
from bot.access.session import Sessions, digest
from bot.access.tables import SessionRow
from bot.database.engine import reading, writing
from bot.state.store import Store
from tests.bot.access.conftest import PASSWORD

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)


@pytest.fixture
def store(tmp_path):
    store = Store.open(None, tmp_path)
    Accounts(store.engine).add("maja", PASSWORD, "test")
    Accounts(store.engine).add("ole", PASSWORD, "test")
    return store


@pytest.fixture
def sessions(store):
    return Sessions(store.engine, IDLE, LONGEST)


def age(store, key, **columns):
    """Moves moments of a session into the past."""
    past = {name: datetime.now(UTC) - ago for name, ago in columns.items()}
    with writing(store.engine) as session:
        session.execute(update(SessionRow).where(SessionRow.digest == digest(key)).values(past))


def last_seen(store, key):
    with reading(store.engine) as session:
        row = session.get(SessionRow, digest(key))
        return row and row.seen


def test_a_key_is_256_random_bits_and_opens_its_user_s_session(sessions):
    keys = {sessions.begin("maja") for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {43}
    assert {sessions.user(key).name for key in keys} == {"maja"}
    assert sessions.user("A" * 43) is None
    assert sessions.user("") is None


def test_the_database_keeps_no_key(sessions, tmp_path):
    key = sessions.begin("maja")
    assert key.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_signing_in_again_ends_the_session_that_the_browser_had(sessions):
    old = sessions.begin("ole")
    new = sessions.begin("maja", instead_of=old)
    assert sessions.user(old) is None
    assert sessions.user(new).name == "maja"


def test_a_session_ends_when_nothing_is_heard_of_it(sessions, store):
    key = sessions.begin("maja")
    age(store, key, seen=IDLE - timedelta(seconds=30))
    assert sessions.user(key) is not None
    age(store, key, seen=IDLE + timedelta(seconds=1))
    assert sessions.user(key) is None


def test_a_sign_of_life_keeps_it_and_is_written_once_a_minute(sessions, store):
    key = sessions.begin("maja")
    age(store, key, seen=timedelta(minutes=20))
    sessions.user(key)
    seen = last_seen(store, key)
    assert datetime.now(UTC) - seen < timedelta(seconds=30)
    sessions.user(key)
    assert last_seen(store, key) == seen


def test_a_session_ends_some_time_however_much_is_heard_of_it(sessions, store):
    key = sessions.begin("maja")
    age(store, key, created=LONGEST + timedelta(seconds=1))
    assert sessions.user(key) is None


def test_what_has_ended_is_removed_at_the_next_sign_in(sessions, store):
    key = sessions.begin("maja")
    age(store, key, seen=IDLE * 2)
    sessions.begin("ole")
    assert last_seen(store, key) is None


def test_signing_out_ends_one_session_and_everywhere_all_of_one_user(sessions):
    one, two, other = sessions.begin("maja"), sessions.begin("maja"), sessions.begin("ole")
    assert sessions.count("maja") == 2
    sessions.end(one)
    assert (sessions.user(one), sessions.user(two).name) == (None, "maja")
    three = sessions.begin("maja")
    assert sessions.end_all("maja") == 2
    assert (sessions.user(two), sessions.user(three)) == (None, None)
    assert sessions.user(other).name == "ole"


@pytest.mark.parametrize("act", ["set_password", "disable"])
def test_a_new_password_and_being_disabled_end_all_sessions(sessions, store, act):
    key, other = sessions.begin("maja"), sessions.begin("ole")
    more = ("four loud mallards",) if act == "set_password" else ()
    getattr(Accounts(store.engine), act)("maja", *more, "test")
    assert sessions.user(key) is None
    assert sessions.user(other) is not None


def test_a_changed_role_counts_from_the_next_request(sessions, store):
    key = sessions.begin("maja")
    Accounts(store.engine).change("maja", "test", role="admin")
    assert sessions.user(key).role == "admin"
