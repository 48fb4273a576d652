"""Calls that were promised: who makes them, and what came of them."""

import pytest

from bot.access.audit import EntryFilter, entries
from bot.conversation.outlook import shown
from bot.database.engine import reading
from bot.pages import ticket as ticket_page
from bot.pages.ticket import _happened
from bot.state.ticket import TicketRefused
from bot.takeover.shift import owed
from tests.bot.takeover.test_absence import Chat


@pytest.fixture
def chat(tmp_path):
    """A customer who waits for a call."""
    return promised(Chat(tmp_path))


def promised(chat):
    chat.agents.release(chat.number, chat.maja, "releases")
    chat.go_on("call", "+45 12 34 56 78")
    return chat


def notes(chat):
    return [(one.author, one.text) for one in chat.store.ticket_notes(chat.number)]


def test_who_was_reached_is_owed_no_call_and_the_matter_is_the_caller_s(chat):
    chat.agents.phoned(chat.number, chat.bo, True, "She gets a new frame.", "k1")
    chat.agents.phoned(chat.number, chat.bo, True, "She gets a new frame.", "k1")
    ticket = chat.ticket
    assert (ticket.status, ticket.agent, ticket.promise, ticket.promised_until) == (
        "returned",
        "bo",
        None,
        None,
    )
    assert owed(ticket, chat.now).overdue is None
    assert shown(ticket, "en", chat.settings, chat.now) is None
    assert notes(chat) == [("bo", "Called, reached: She gets a new frame.")]
    with reading(chat.store.engine) as session:
        logged = [
            (one.who, one.what, one.details)
            for one in entries(session, EntryFilter(action="customer called"))
        ]
    assert logged == [("bo", f"ticket {chat.number}", {"reached": "yes"})]
    [event] = [one for one in chat.store.ticket_events(chat.number) if one.kind == "phoned"]
    assert _happened(event, {"bo": "Bo"}) == "Bo called the customer"


def test_what_came_of_a_call_is_noted_once_though_it_was_written_on_after_a_lost_answer(chat):
    for text in ("She gets a new frame", "She gets a new frame on Monday"):
        chat.agents.phoned(chat.number, chat.bo, True, text, "k1")
    assert notes(chat) == [("bo", "Called, reached: She gets a new frame on Monday")]


def test_who_was_not_reached_reads_that_it_was_tried_and_is_owed_the_call_still(chat):
    chat.agents.phoned(chat.number, chat.bo, False, "Voice mail.", "k1")
    assert chat.ticket.status == "waiting"
    assert chat.ticket.promise["kind"] == "call"
    last = chat.assistant.transcript(chat.token)[-1]
    assert last.text.startswith("Bo tried to call you on +45 12 34 56 78 and didn't reach you.")
    assert notes(chat) == [("bo", "Called, not reached: Voice mail.")]
    chat.agents.phoned(chat.number, chat.bo, True, "Got her.", "k2")
    assert chat.ticket.status == "returned"


def test_only_a_call_that_is_owed_is_called_made_and_by_nobody_but_who_has_it(chat):
    chat.agents.take(chat.number, chat.maja, "takes again")
    with pytest.raises(TicketRefused, match="was taken by Maja Holm"):
        chat.agents.phoned(chat.number, chat.bo, True, "Well.", "k1")
    chat.agents.phoned(chat.number, chat.maja, True, "Well.", "k2")
    assert chat.ticket.status == "taken"
    with pytest.raises(TicketRefused, match="has no call that is promised"):
        chat.agents.phoned(chat.number, chat.maja, True, "Again.", "k3")
    assert len(notes(chat)) == 1


def test_the_desk_offers_it_where_a_call_is_owed(chat):
    assert len(ticket_page._calls(chat.ticket)) == 2
    chat.agents.phoned(chat.number, chat.bo, True, "Well.", "k1")
    assert ticket_page._calls(chat.ticket) == []


# Away


def test_who_says_to_be_away_is_not_there_until_they_are_back(tmp_path):
    chat = Chat(tmp_path)
    chat.agents.away(chat.bo, True)
    chat.presence.seen(chat.bo, chat.now)
    assert chat.presence.names(chat.now) == {"maja"}
    with pytest.raises(TicketRefused, match="can't be passed on to Bo, who is away"):
        chat.agents.assign(chat.number, chat.maja, "bo", "passes")
    chat.agents.away(chat.bo, False)
    assert chat.presence.names(chat.now) == {"maja", "bo"}
    chat.agents.assign(chat.number, chat.maja, "bo", "passes again")
    assert chat.ticket.agent == "bo"


def test_the_customer_of_who_is_away_is_not_left_alone(tmp_path):
    chat = Chat(tmp_path)
    chat.writes()
    chat.agents.away(chat.maja, True)
    chat.look(11)
    assert chat.ticket.status == "waiting"


def test_who_takes_a_ticket_is_here(tmp_path):
    chat = Chat(tmp_path)
    chat.agents.release(chat.number, chat.maja, "releases")
    chat.agents.away(chat.maja, True)
    chat.agents.take(chat.number, chat.maja, "takes again")
    assert not chat.presence.is_away("maja")
