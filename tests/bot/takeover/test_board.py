from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.state.record import Ticket
from bot.takeover.board import SHOWS, TicketFilter, board

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def ticket(number, status="waiting", minutes=0, **given):
    """A ticket that has waited for so many minutes."""
    plain = dict.fromkeys(Ticket.__slots__)
    moment = NOW - timedelta(minutes=minutes)
    plain |= {
        "number": number,
        "conversation": 100 + number,
        "reason": "asked",
        "status": status,
        "packet": {},
    }
    plain |= {"distress": 0, "reopened": 0, "created": moment}
    plain |= {"waiting_since": moment if status == "waiting" else None}
    plain |= {"closed": moment if status == "closed" else None}
    return Ticket(**{**plain, **given})


TICKETS = (
    ticket(1, minutes=10),
    ticket(2, minutes=5, distress=30, queue="Nordic"),
    ticket(3, "taken", agent="maja", queue="Nordic"),
    ticket(4, "taken", agent="bo"),
    ticket(5, "returned", agent="maja"),
    ticket(6, "closed", minutes=60, agent="maja"),
    ticket(7, "closed", minutes=3),
    ticket(8, minutes=1, agent="maja"),
)


def shown(chosen, **more):
    return [card.ticket.number for card in board(TICKETS, chosen, "maja", NOW, **more).cards]


@pytest.mark.parametrize(
    ("show", "numbers"),
    [("open", [2, 1, 8, 3, 4, 5]), ("waiting", [2, 1, 8]), ("mine", [8, 3, 5]), ("closed", [7, 6])],
)
def test_who_is_in_most_need_comes_first_among_what_is_wished_for(show, numbers):
    assert shown(TicketFilter(show)) == numbers


def test_a_queue_keeps_to_its_own_and_the_counts_with_it():
    found = board(TICKETS, TicketFilter("open", "Nordic"), "maja", NOW, queues=("Nordic", "Bicycles"))
    assert [card.ticket.number for card in found.cards] == [2, 3]
    assert found.counts == {"open": 2, "waiting": 1, "mine": 1, "closed": 0}
    assert found.queues == {"Nordic": 2, "Bicycles": 0}
    assert found.waiting == 3


def test_a_queue_that_was_taken_out_of_the_settings_is_still_shown_while_somebody_stands_in_it():
    assert board(TICKETS, TicketFilter(), "maja", NOW).queues == {"Nordic": 2}


def test_the_level_is_that_of_who_waits():
    levels = {card.ticket.number: card.level for card in board(TICKETS, TicketFilter(), "maja", NOW).cards}
    assert (levels[1], levels[2]) == ("normal", "high")
    upset = replace(TICKETS[2], distress=60)
    assert board([upset], TicketFilter(), "maja", NOW).cards[0].level == "normal"


def test_red_marks_and_unread_messages_stand_on_their_tickets():
    found = board(TICKETS, TicketFilter(), "maja", NOW, untold={1}, unread={103: 2, 104: 7})
    marks = {card.ticket.number: (card.untold, card.unread) for card in found.cards}
    assert (marks[1], marks[2]) == ((True, 0), (False, 0))
    assert marks[3] == (False, 2)
    assert marks[4] == (False, 0)  # a colleague's


def test_what_is_new_is_told_whatever_is_looked_at():
    for show in SHOWS:
        found = board(TICKETS, TicketFilter(show, "Bicycles"), "maja", NOW, unread={103: 2, 104: 7})
        assert (found.waiting, found.newest, found.unread) == (3, 8, 2)


def test_the_counts_add_up():
    counts = board(TICKETS, TicketFilter(), "maja", NOW).counts
    assert tuple(counts) == SHOWS
    assert counts["open"] + counts["closed"] == len(TICKETS)
