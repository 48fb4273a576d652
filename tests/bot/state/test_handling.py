import threading
from datetime import timedelta

import pytest

from bot.access import audit
from bot.access.user import User
from bot.database.engine import reading
from bot.state import handling
from bot.state.store import Store
from bot.state.ticket import TicketRefused
from bot.waiting.priority import DANGER

ADA, BO = User("ada", "Ada L.", "agent"), User("bo", "Bo", "agent")


@pytest.fixture
def store(database, tmp_path):
    return Store.open(database, tmp_path)


@pytest.fixture
def token(store):
    return store.start("da").token


@pytest.fixture
def number(store, token):
    with store.turn(token) as turn:
        return turn.hand_over("asked", {"product": "Arc 500", "rejected": ["a", "b"]}).number


def act(store, number, name, *what, **more):
    """One act on a ticket, in a transaction of its own; the ticket after it."""
    with store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what, **more)
    return store.ticket(number)


def kinds(store, number):
    return [event.kind for event in store.ticket_events(number)]


def test_a_new_ticket_waits_with_what_it_is_routed_by(store, number):
    ticket = store.ticket(number)
    assert (ticket.status, ticket.agent, ticket.waiting_since) == ("waiting", None, ticket.created)
    assert (ticket.language, ticket.product, ticket.distress) == ("da", "Arc 500", 4)
    [event] = store.ticket_events(number)
    assert (event.kind, event.by, event.details) == ("handed_over", "customer", {"reason": "asked"})


def test_who_takes_a_ticket_has_it_and_nobody_waits_any_more(store, number):
    ticket = act(store, number, "take", ADA)
    assert (ticket.status, ticket.agent, ticket.agent_shown) == ("taken", "ada", "Ada L.")
    assert ticket.waiting_since is None
    assert ticket.attended
    event = store.ticket_events(number)[-1]
    assert (event.kind, event.by, event.details["agent"]) == ("taken", "ada", "ada")
    assert 0 <= event.details["waited"] < 10


def test_taking_it_twice_is_the_same_as_once(store, number):
    act(store, number, "take", ADA)
    act(store, number, "take", ADA)
    assert kinds(store, number) == ["handed_over", "taken"]


def test_a_second_agent_is_refused_and_told_who_has_it(store, number):
    act(store, number, "take", ADA)
    with pytest.raises(TicketRefused, match="taken by Ada L"):
        act(store, number, "take", BO)
    assert store.ticket(number).agent == "ada"


def test_of_many_agents_at_once_one_gets_the_ticket(store, number):
    got, refused, start = [], [], threading.Barrier(12)

    def grab(place):
        start.wait()
        try:
            act(store, number, "take", User(f"agent{place}", f"Agent {place}", "agent"))
            got.append(f"agent{place}")
        except TicketRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=grab, args=(place,)) for place in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.ticket(number).agent] == got
    assert len(refused) == 11
    assert kinds(store, number).count("taken") == 1


def test_a_ticket_is_passed_on(store, number):
    act(store, number, "take", ADA)
    ticket = act(store, number, "assign", BO, ADA)
    assert (ticket.status, ticket.agent, ticket.agent_shown) == ("taken", "bo", "Bo")
    assert store.ticket_events(number)[-1].details == {"agent": "bo", "from": "ada"}


def test_a_ticket_that_is_put_back_waits_for_anybody(store, number):
    act(store, number, "take", ADA)
    ticket = act(store, number, "release", ADA)
    assert (ticket.status, ticket.agent) == ("waiting", None)
    assert ticket.waiting_since >= ticket.taken


def test_the_assistant_gets_the_chat_back_and_the_ticket_stays_its_agent_s(store, number, token):
    act(store, number, "take", ADA)
    ticket = act(store, number, "give_back", None)
    assert (ticket.status, ticket.agent, ticket.is_open, ticket.attended) == ("returned", "ada", True, False)
    with store.turn(token) as turn:
        called = turn.hand_over("upset", {})
    assert (called.number, called.status, called.agent) == (number, "waiting", "ada")
    assert called.waiting_since > ticket.taken
    assert act(store, number, "take", ADA).attended


def test_calling_again_while_a_person_is_there_leaves_them_there(store, number, token):
    act(store, number, "take", ADA)
    with store.turn(token) as turn:
        assert turn.hand_over("asked", {}).status == "taken"


def test_not_solved_waits_for_the_same_agent_with_more_distress(store, number):
    act(store, number, "take", ADA)
    closed = act(store, number, "close", ADA)
    assert (closed.status, closed.closed_by, closed.waiting_since) == ("closed", "agent", None)
    again = act(store, number, "reopen")
    assert (again.status, again.agent, again.reopened, again.closed) == ("waiting", "ada", 1, None)
    assert again.distress == closed.distress + 20
    assert store.ticket_events(number)[-1].details == {"agent": "ada"}


def test_an_agent_opens_a_solved_ticket_again(store, number):
    act(store, number, "close", None)
    ticket = act(store, number, "take", BO)
    assert (ticket.status, ticket.agent, ticket.closed, ticket.reopened) == ("taken", "bo", None, 1)


@pytest.mark.parametrize("opened", [("reopen",), ("take", ADA)])
def test_a_danger_of_long_ago_is_no_reason_to_open_a_ticket_again(store, number, monkeypatch, opened):
    monkeypatch.setattr(handling, "DANGER_PAST", timedelta(0))
    smoke = {"reason": "danger", "question": "it smokes"}
    act(store, number, "call", "danger", smoke)
    act(store, number, "close", ADA)
    again = act(store, number, *opened)
    assert (again.reason, again.distress) == ("asked", 20)
    reported = act(store, number, "call", "danger", smoke)
    assert (reported.reason, reported.distress >= DANGER) == ("danger", True)
    assert store.ticket_events(number)[-1].details["repeated"] is False


def test_a_danger_of_just_now_is_still_one_when_its_ticket_is_opened_again(store, number):
    act(store, number, "call", "danger", {"reason": "danger", "question": "it smokes"})
    act(store, number, "close", ADA)
    again = act(store, number, "reopen")
    assert (again.reason, again.distress >= DANGER) == ("danger", True)


def test_a_ticket_stays_closed_while_its_customer_has_another_one(store, number, token):
    act(store, number, "close", ADA)
    with store.turn(token) as turn:
        other = turn.hand_over("asked", {}).number
    for again in ("reopen",), ("take", ADA):
        with pytest.raises(TicketRefused, match=f"ticket {number} stays closed: ticket {other}"):
            act(store, number, *again)
    assert store.ticket(number).status == "closed"


def test_what_the_customer_thought_is_kept_piece_by_piece(store, number):
    act(store, number, "close", ADA)
    act(store, number, "review", solved=True, rating=None, comment=None)
    ticket = act(store, number, "review", solved=None, rating=4, comment="quick")
    assert (ticket.solved, ticket.rating, ticket.comment) == (True, 4, "quick")
    assert [one.details for one in store.ticket_events(number)][-2:] == [
        {"solved": True, "rating": None, "commented": False},
        {"solved": True, "rating": 4, "commented": True},
    ]
    act(store, number, "review", solved=True, rating=None, comment=None)
    assert store.ticket(number).rating == 4
    assert store.ticket_events(number)[-1].details["rating"] is None


def test_notes_are_kept_apart_from_the_conversation(store, number, token):
    act(store, number, "note", ADA, "a regular: be generous")
    [note] = store.ticket_notes(number)
    assert (note.author, note.shown, note.text) == ("ada", "Ada L.", "a regular: be generous")
    assert store.transcript(token) == ()


def test_a_whole_life_is_in_the_events(store, number):
    act(store, number, "take", ADA)
    act(store, number, "wrote", ADA, 3)
    act(store, number, "wrote", None, 4)
    act(store, number, "leave_contact", "Jo", None)
    act(store, number, "close", ADA)
    act(store, number, "reopen")
    assert kinds(store, number) == [
        *("handed_over", "taken", "agent_wrote", "customer_wrote", "contact_left", "closed", "reopened")
    ]
    assert [event.by for event in store.ticket_events(number)] == [
        *("customer", "ada", "ada", "customer", "customer", "ada", "customer")
    ]


def test_a_witness_sees_each_event_in_its_transaction(store, number):
    seen = []
    store.witness(lambda session, ticket, event: seen.append((ticket.status, event.kind, event.ticket)))
    act(store, number, "take", ADA)
    assert seen == [("taken", "taken", number)]


def test_where_a_witness_fails_nothing_has_happened(store, number):
    def broken(session, ticket, event):
        raise ZeroDivisionError

    store.witness(broken)
    with pytest.raises(ZeroDivisionError):
        act(store, number, "take", ADA)
    assert store.ticket(number).status == "waiting"
    assert kinds(store, number) == ["handed_over"]


def test_a_ticket_of_another_conversation_is_out_of_reach(store, number):
    with store.turn(store.start("en").token) as turn:
        assert turn.handling(number) is None
        assert turn.handling() is None


def test_what_an_agent_does_is_in_the_audit_log_by_name(store, number):
    act(store, number, "take", ADA)
    act(store, number, "give_back", None)
    act(store, number, "close", BO)
    with reading(store.engine) as session:
        told = [
            (entry.who, entry.action, entry.what) for entry in audit.entries(session, audit.EntryFilter())
        ]
    assert told == [("bo", "ticket closed", f"ticket {number}"), ("ada", "ticket taken", f"ticket {number}")]
