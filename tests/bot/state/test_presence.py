from datetime import UTC, datetime, timedelta

import pytest

from bot.access.account import Accounts
from bot.access.user import LOCAL, User
from bot.database.engine import reading
from bot.state.presence import FRESH, Presence, present
from bot.state.store import Store

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADA, BO = User("ada", "Ada L.", "agent", ("da",)), User("bo", "Bo", "agent")


@pytest.fixture
def engine(database, tmp_path):
    engine = Store.open(database, tmp_path).engine
    accounts = Accounts(engine)
    for user in (ADA, BO):
        accounts.add(
            user.name, "three quiet herons", "test", shown=user.shown, languages=list(user.languages)
        )
    return engine


@pytest.fixture
def presence(engine):
    return Presence(engine)


def names(users):
    return [user.name for user in users]


@pytest.fixture
def at_the_desk(engine):
    def users(now=NOW):
        with reading(engine) as session:
            return present(session, now)

    return users


def test_who_was_seen_lately_is_present_with_what_they_can_do(presence, at_the_desk):
    presence.seen(BO, NOW)
    presence.seen(ADA, NOW)
    assert at_the_desk() == (ADA, BO)


def test_who_was_not_seen_for_a_while_has_left(presence, at_the_desk):
    presence.seen(ADA, NOW)
    presence.seen(BO, NOW + timedelta(seconds=60))
    assert names(at_the_desk(NOW + FRESH - timedelta(seconds=1))) == ["ada", "bo"]
    assert names(at_the_desk(NOW + FRESH)) == ["bo"]


def test_being_seen_again_keeps_one_present(presence, at_the_desk):
    for seconds in range(0, 300, 30):
        presence.seen(ADA, NOW + timedelta(seconds=seconds))
    assert names(at_the_desk(NOW + timedelta(seconds=320))) == ["ada"]


def test_who_closes_the_page_has_left_at_once(presence, at_the_desk):
    presence.seen(ADA, NOW)
    presence.left(ADA)
    presence.left(ADA)
    assert names(at_the_desk()) == []


def test_a_user_who_is_shut_out_or_unknown_is_not_present(presence, engine, at_the_desk):
    presence.seen(ADA, NOW)
    presence.seen(User("nobody", "Nobody", "agent"), NOW)
    Accounts(engine).disable("ada", "test")
    assert names(at_the_desk()) == []


def test_without_users_whoever_sits_at_the_machine_is_present(presence, at_the_desk):
    presence.seen(LOCAL, NOW)
    assert at_the_desk() == (LOCAL,)


def test_a_clock_that_is_set_back_leaves_nobody_present_who_has_gone(presence, at_the_desk):
    presence.seen(ADA, NOW + timedelta(hours=1))
    assert names(at_the_desk()) == []
    presence.seen(ADA, NOW)
    assert names(at_the_desk()) == ["ada"]


def test_who_says_to_be_away_is_nobody_s_to_count_on_with_the_page_open(presence, at_the_desk):
    presence.seen(ADA, NOW)
    presence.seen(BO, NOW)
    presence.be_away(ADA, NOW)
    presence.seen(ADA, NOW + timedelta(seconds=30))
    assert names(at_the_desk()) == ["bo"]
    assert presence.names(NOW) == {"bo"}
    assert presence.away() == {"ada"}
    presence.be_away(ADA, None)
    assert presence.away() == frozenset()
    assert presence.names(NOW) == {"ada", "bo"}


def test_who_is_away_and_leaves_is_away_still_when_a_page_is_seen_again(presence, at_the_desk):
    presence.seen(ADA, NOW)
    presence.be_away(ADA, NOW)
    presence.left(ADA)
    presence.seen(ADA, NOW + timedelta(seconds=30))
    assert presence.is_away("ada")
    assert at_the_desk(NOW + timedelta(seconds=30)) == ()
    presence.be_away(ADA, None)
    assert at_the_desk(NOW + timedelta(seconds=30)) == (ADA,)
