from itertools import product
from typing import get_args

import pytest

from bot.state.ticket import _NEXT, OPEN, Status, TicketRefused, after, is_attended

STATUSES = get_args(Status)
WHOLE_LIFE = ["take", "give_back", "call", "take", "release", "take", "close", "reopen", "take", "close"]


def test_a_ticket_goes_through_its_whole_life():
    status, seen = "waiting", []
    for act in WHOLE_LIFE:
        status = after(7, status, act)
        seen.append(status)
    assert seen == [
        *("taken", "returned", "waiting", "taken", "waiting"),
        *("taken", "closed", "waiting", "taken", "closed"),
    ]


def test_whoever_comes_second_is_told_who_has_the_ticket():
    with pytest.raises(TicketRefused, match="ticket 7 was taken by Ada"):
        after(7, "taken", "take", held_by="Ada")


def test_an_agent_opens_a_closed_ticket_by_taking_it():
    assert after(7, "closed", "take") == "taken"


@pytest.mark.parametrize(("act", "status"), list(product(_NEXT, STATUSES)))
def test_every_act_leads_to_a_status_or_is_refused_with_the_ticket_s_number(act, status):
    if status in _NEXT[act] and (act, status) != ("take", "taken"):
        assert after(7, status, act) in STATUSES
    else:
        with pytest.raises(TicketRefused, match=r"^ticket 7 "):
            after(7, status, act)


def test_no_status_is_a_dead_end_and_every_open_one_can_be_closed():
    for status in STATUSES:
        assert any(status in steps for steps in _NEXT.values())
    assert {status for status in STATUSES if status in _NEXT["close"]} == set(OPEN)


def test_the_bot_is_silent_only_while_a_person_is_there():
    assert [status for status in STATUSES if is_attended(status)] == ["taken"]
