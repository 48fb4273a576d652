from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.access.user import User
from bot.database.engine import writing
from bot.state.line import STILL_BUSY, TicketLine, Waiting, takes
from bot.state.presence import Presence
from bot.state.store import Store
from bot.state.tables import ConversationRow, TicketRow
from bot.waiting.promise import Promise
from bot.waiting.queue import Queue

ADA, BO, LOCAL = User("ada", "Ada", "agent"), User("bo", "Bo", "agent"), User("local", "Local", "admin")
NORDIC = Queue.model_validate({"name": "Nordic", "agents": ["ada", "local"]})


@pytest.fixture
def store(database, tmp_path):
    return Store.open(database, tmp_path)


def waiting(store, queue=None, reason="asked"):
    token = store.start("da").token
    with store.turn(token) as turn:
        return turn.hand_over(reason, {"queue": queue}).number


def act(store, number, name, *what):
    with store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what)


def change(store, table, where, **values):
    with writing(store.engine) as session:
        session.execute(update(table).where(where).values(**values))


def desk(store, number, *queues):
    return store.line(datetime.now(UTC)).desk(store.ticket(number), queues)


def test_who_called_before_is_ahead_and_who_called_later_is_not(store):
    first, second, third = (waiting(store) for _ in range(3))
    assert [desk(store, number).ahead for number in (first, second, third)] == [0, 1, 2]


def test_who_is_upset_overtakes_and_other_queues_do_not_count(store):
    calm, upset = waiting(store), waiting(store, reason="upset")
    waiting(store, queue="Nordic")
    assert [desk(store, number).ahead for number in (calm, upset)] == [1, 0]


def test_a_taken_ticket_is_no_longer_ahead_and_its_agent_is_busy(store):
    first, second = waiting(store), waiting(store)
    Presence(store.engine).seen(LOCAL, datetime.now(UTC))
    assert (desk(store, second).present, desk(store, second).busy) == (1, 0)
    act(store, first, "take", LOCAL)
    now = desk(store, second)
    assert (now.ahead, now.present, now.busy) == (0, 1, 1)


def test_a_chat_that_has_long_been_quiet_keeps_nobody_busy(store):
    first, second = waiting(store), waiting(store)
    Presence(store.engine).seen(LOCAL, datetime.now(UTC))
    act(store, first, "take", LOCAL)
    quiet = datetime.now(UTC) - STILL_BUSY - timedelta(seconds=1)
    change(store, ConversationRow, ConversationRow.id == store.ticket(first).conversation, updated=quiet)
    assert desk(store, second).busy == 0


def test_a_queue_is_looked_after_by_its_own_people_who_write_the_language():
    speaker = User("eva", "Eva", "agent", ("pl",))
    assert takes(ADA, NORDIC, "da")
    assert not takes(BO, NORDIC, "da")
    assert takes(BO, None, "da")
    assert takes(speaker, None, "pl")
    assert takes(speaker, None, None)
    assert not takes(speaker, None, "da")


def test_how_long_matters_took_is_that_of_the_queue(store):
    numbers = [waiting(store, queue) for queue in ("Nordic", "Nordic", "Bicycles")]
    for number, minutes in zip(numbers, (4, 6, 50), strict=True):
        act(store, number, "take", ADA)
        act(store, number, "close", ADA)
        closed = store.ticket(number).closed
        taken = closed - timedelta(minutes=minutes)
        change(store, TicketRow, TicketRow.number == number, taken=taken)
    took = desk(store, waiting(store, "Nordic"), NORDIC).handling
    assert took == (timedelta(minutes=6), timedelta(minutes=4))


def test_a_pickup_counts_where_somebody_was_free(store):
    free, not_free = waiting(store), waiting(store)
    for number, was_free in ((free, True), (not_free, False)):
        act(store, number, "promise", Promise("wait", None, (0, 5), free=was_free))
        since = datetime.now(UTC) - timedelta(seconds=40 if was_free else 900)
        change(store, TicketRow, TicketRow.number == number, waiting_since=since)
        act(store, number, "take", ADA)
    [pickup] = desk(store, waiting(store)).pickup
    assert 40 <= pickup.total_seconds() < 60


def test_a_clock_that_is_set_back_changes_no_places(store):
    now = datetime.now(UTC)
    later = tuple(
        Waiting(number, None, now + timedelta(hours=1, minutes=number), 0) for number in range(1, 4)
    )
    third = store.ticket(waiting(store))
    line = TicketLine(now, later, (), frozenset(), (), ())
    assert [line._place(one) for one in later] == sorted(line._place(one) for one in later)
    assert line.desk(third, ()).ahead == 0
