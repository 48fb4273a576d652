import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from bot.access.user import User
from bot.commands import main
from bot.pages.shift import listing
from bot.state.store import Store
from bot.takeover.shift import in_order, owed, shift
from bot.waiting.promise import Promise

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADA = User("ada", "Ada L.", "agent")


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


def waiting(store, question="Where is my parcel?", promise=None, reason="asked"):
    token = store.start("da").token
    with store.turn(token) as turn:
        ticket = turn.hand_over(reason, {"question": question, "queue": "Nordic"})
        if promise:
            turn.handling().promise(promise)
    return store.ticket(ticket.number)


def act(store, number, name, *what, **more):
    with store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what, **more)
    return store.ticket(number)


def late(minutes):
    return Promise("wait", datetime.now(UTC) - timedelta(minutes=minutes), (5, 10))


def test_overdue_comes_first_then_what_is_promised_soonest_then_the_oldest(store):
    promises = [None, late(-60), late(5), None, late(90), late(-10)]
    numbers = [waiting(store, promise=promise).number for promise in promises]
    order = [one.ticket.number for one in shift(store, datetime.now(UTC)).open]
    assert order == [numbers[place] for place in (4, 2, 5, 1, 0, 3)]
    assert shift(store, datetime.now(UTC)).overdue == 2


def test_danger_comes_before_what_was_promised_sooner_and_before_what_is_older(store):
    promises = [late(90), None, late(-60)]
    calm = [waiting(store, promise=promise).number for promise in promises]
    danger = [waiting(store, promise=promise, reason="danger").number for promise in (None, late(-90))]
    order = [one.ticket.number for one in shift(store, datetime.now(UTC)).open]
    assert order == [danger[1], danger[0], calm[0], calm[2], calm[1]]


def test_an_owed_ticket_says_for_how_long_it_is_open_and_by_how_much_the_promise_is_broken(store):
    ticket = replace(
        waiting(store, promise=Promise("unknown", NOW)),
        created=NOW - timedelta(hours=2),
        waiting_since=NOW - timedelta(minutes=30),
    )
    one = owed(ticket, NOW + timedelta(minutes=5))
    assert one.open_for == timedelta(hours=2, minutes=5)
    assert one.waits_for == timedelta(minutes=35)
    assert one.overdue == timedelta(minutes=5)
    assert owed(ticket, NOW).overdue is None


def test_a_clock_that_is_set_back_makes_no_time_pass_backwards(store):
    one = owed(waiting(store), NOW - timedelta(days=3650))
    assert (one.open_for, one.waits_for) == (timedelta(), timedelta())


def test_the_promise_of_a_person_is_kept_by_taking_and_that_of_a_call_is_not(store):
    person, call = waiting(store, promise=late(5)), waiting(store, promise=late(5))
    act(store, call.number, "promise", Promise("call", datetime.now(UTC) - timedelta(minutes=1)))
    open_ = in_order([act(store, one.number, "take", ADA) for one in (person, call)], datetime.now(UTC))
    assert [(one.ticket.number, one.overdue is not None) for one in open_] == [
        (call.number, True),
        (person.number, False),
    ]


def test_the_promise_of_an_answer_by_mail_is_kept_by_writing_it(store):
    ticket = waiting(store, promise=Promise("email", datetime.now(UTC) + timedelta(hours=1)))
    act(store, ticket.number, "take", ADA)
    assert owed(store.ticket(ticket.number), NOW).until is not None
    act(store, ticket.number, "wrote", ADA, 3)
    assert owed(store.ticket(ticket.number), NOW).until is None


def test_what_was_promised_first_counts_until_the_ticket_waits_anew(store):
    first, later = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=1)
    ticket = waiting(store, promise=Promise("wait", first, (0, 5)))
    assert act(store, ticket.number, "promise", Promise("wait", later, (45, 60))).promised_until == first
    act(store, ticket.number, "take", ADA)
    assert act(store, ticket.number, "release", ADA).promised_until is None


@pytest.mark.parametrize("kind", ["email", "call"])
def test_an_answer_that_is_owed_stays_owed_when_the_ticket_is_put_back(store, kind):
    until = datetime.now(UTC) + timedelta(hours=1)
    ticket = waiting(store, promise=Promise(kind, until))
    act(store, ticket.number, "apologise", "waited")
    act(store, ticket.number, "take", ADA)
    back = act(store, ticket.number, "release", ADA)
    assert (back.promise["kind"], owed(back, NOW).until, back.patience_since) == (kind, until, None)


def test_what_was_owed_before_a_ticket_was_closed_is_owed_no_more_once_it_is_opened_again(store):
    ticket = waiting(store, promise=Promise("call", datetime.now(UTC)))
    for name, who in (("take", ADA), ("close", ADA), ("take", ADA)):
        opened = act(store, ticket.number, name, who)
    assert owed(opened, NOW).until is None


def test_what_was_promised_is_among_the_ticket_s_events(store):
    one = Promise("wait", NOW, (5, 10), ahead=2)
    ticket = waiting(store, promise=one)
    event = store.ticket_events(ticket.number)[-1]
    assert (event.kind, event.by, event.details) == ("promised", "assistant", one.document())


def command(folder, *arguments):
    result = CliRunner().invoke(main, ["shift", "--data", str(folder), *arguments])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_command_lists_what_is_owed(store, tmp_path):
    number = waiting(store, "Hvor er\nmin pakke?", late(25)).number
    act(store, number, "take", ADA)
    act(store, number, "release", ADA)
    act(store, number, "promise", late(25))
    said = command(tmp_path)
    assert said.startswith("1 open, 1 overdue\n")
    for words in (
        f"#{number}",
        "Nordic, da",
        "Hvor er min pakke?",
        "held by nobody",
        "OVERDUE by 25 minutes",
    ):
        assert words in said
    assert "somebody in 5 to 10 minutes" in said


def test_the_command_s_document_has_the_same(store, tmp_path):
    waiting(store, promise=Promise("call", datetime.now(UTC) + timedelta(hours=3)))
    document = json.loads(command(tmp_path, "--json"))
    assert document["overdue"] == 0
    [one] = document["open"]
    assert (one["promised"], one["overdue_seconds"], one["status"]) == ("a call", None, "waiting")
    assert one["contact"] == {"name": None, "email": None, "phone": None}
    assert one["promised_until"]


def test_the_page_shows_in_red_what_is_overdue_and_escapes_what_customers_wrote(store):
    waiting(store, "<img src=x>", late(25))
    shown = listing(shift(store, datetime.now(UTC)))
    assert 'class="chip bad"' in shown
    assert "overdue by 25 minutes" in shown
    assert "Open: 1, 1 overdue" in shown
    assert "&lt;img" in shown
    assert "<img" not in shown


def test_an_empty_shift_says_so(store, tmp_path):
    assert "Nothing is open." in listing(shift(store, NOW))
    assert command(tmp_path) == "0 open, 0 overdue\n"
