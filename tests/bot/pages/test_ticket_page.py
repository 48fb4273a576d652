from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from bot.access.user import User
from bot.pages.ticket import parts
from bot.state.event import EventKind, TicketEvent
from bot.state.record import Marks, Message, Note, Ticket
from bot.takeover.canned import CannedReply
from bot.takeover.dossier import Colleague, Dossier
from bot.waiting.promise import Promise
from index.hit import Thresholds
from tests.bot.fakes import LIBRARY

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MAJA, BO = User("maja", "Maja Holm", "agent"), User("bo", "Bo", "agent")
FOUND = [
    {
        "article": "returns",
        "language": "en",
        "title": "Returning an item",
        "section": "Price",
        "confidence": 0.9,
    },
    {"article": "goodwill", "language": "en", "title": "Goodwill limits", "section": "", "confidence": 0.1},
]
PACKET = {
    "reason": "upset",
    "question": "where is <b>it</b>?",
    "language": {"code": "da", "certainty": 0.97},
    "found": FOUND,
    "rejected": ["returns", "vanished"],
    "later": [{"reason": "asked", "question": "and now?", "found": FOUND[:1]}],
}


def ticket(**given):
    plain = dict.fromkeys(Ticket.__slots__) | {"number": 7, "conversation": 1, "reason": "upset"}
    plain |= {"status": "waiting", "packet": PACKET, "language": "da", "distress": 34, "reopened": 0}
    plain |= {"created": NOW - timedelta(minutes=20), "waiting_since": NOW - timedelta(minutes=12)}
    return Ticket(**{**plain, **given})


def message(sequence, author="customer", text="hello", kind="message", **given):
    return Message(sequence, sequence, author, text, kind, None, NOW, **given)


def drawn(
    one=None,
    *,
    messages=(),
    events=(),
    notes=(),
    marks=(0, 0),
    colleagues=(MAJA, BO),
    away=(),
    articles=LIBRARY,
    **given,
):
    """The parts as Maja sees them."""
    dossier = Dossier(
        ticket=one or ticket(**given),
        messages=messages,
        marks=Marks(*marks, 0, 0),
        notes=notes,
        events=events,
        notices=(),
        agent=MAJA,
        colleagues=[Colleague(one, one is MAJA, one in away, fits=one is MAJA) for one in colleagues],
        replies=(CannedReply("Hello", "en", 'say "hi"'),),
        articles=articles,
        thresholds=Thresholds(answer=0.8, suggest=0.4),
        now=NOW,
    )
    return parts(dossier)


@pytest.mark.parametrize(
    ("status", "agent", "acts"),
    [
        ("waiting", None, {"take", "close", "assign"}),
        ("taken", "maja", {"give_back", "release", "close", "assign"}),
        ("taken", "bo", {"assign"}),
        ("returned", "maja", {"take", "release", "close", "assign"}),
        ("closed", "maja", {"take"}),
    ],
)
def test_what_can_be_done_follows_from_where_the_ticket_stands(status, agent, acts):
    shown = drawn(status=status, agent=agent, agent_shown=agent and agent.title())["acts"]
    names = ("take", "give_back", "release", "close", "assign")
    assert {name for name in names if f'data-act="{name}"' in shown} == acts


@pytest.mark.parametrize(("agent", "label"), [("maja", "Take again"), ("bo", "Take")])
def test_only_who_had_a_ticket_that_is_the_assistant_s_takes_it_again(agent, label):
    acts = drawn(status="returned", agent=agent, agent_shown=agent.title())["acts"]
    assert f'data-act="take">{label}</button>' in acts


def test_a_ticket_is_passed_on_to_others_than_who_has_it():
    acts = drawn(status="taken", agent="bo", agent_shown="Bo")["acts"]
    assert '<option value="maja" data-key="to-maja">myself</option>' in acts
    assert 'value="bo"' not in acts
    assert 'value="bo" data-key="to-bo">Bo (not here, other matters)</option>' in drawn()["acts"]
    away = drawn(away=(MAJA, BO))["acts"]
    assert 'value="bo" data-key="to-bo" disabled="">Bo (away, other matters)</option>' in away
    assert '<option value="maja" data-key="to-maja">myself</option>' in away
    assert "Pass on" not in drawn(status="waiting", colleagues=())["acts"]


@pytest.mark.parametrize(
    ("marks", "signs"), [((0, 0), ["sent"] * 2), ((2, 1), ["seen", "delivered"]), ((2, 2), ["seen"] * 2)]
)
def test_each_message_of_an_agent_says_how_far_it_has_come(marks, signs):
    said = [message(place, "agent", "on its way", speaker="Maja Holm") for place in (1, 2)]
    talk = drawn(messages=[*said, message(3)], marks=marks)["talk"]
    assert [part.split('"')[0] for part in talk.split('data-sign="')[1:]] == signs


def test_what_people_typed_is_no_markup():
    nasty = '<img src=x onerror="alert(1)">'
    shown = drawn(
        name=nasty,
        messages=[message(1, text=nasty), message(2, "agent", nasty, speaker=nasty)],
        notes=[Note(1, "bo", nasty, nasty, NOW)],
    )
    assert "<img" not in "".join(shown.values())


def test_every_kind_of_event_is_told_or_stands_in_the_conversation():
    promise = Promise("unknown", None).document()
    for kind in get_args(EventKind):
        details = promise if kind == "promised" else {"reason": "upset", "agent": "bo", "why": "waited"}
        past = drawn(events=[TicketEvent(1, 7, kind, "maja", details, NOW)])["past"]
        assert ("<li>" in past) is (kind not in {"agent_wrote", "customer_wrote"}), kind
    assert (
        "Passed on by Maja Holm to Bo"
        in drawn(events=[TicketEvent(1, 7, "assigned", "maja", {"agent": "bo"}, NOW)])["past"]
    )


@pytest.mark.parametrize(
    ("rating", "commented", "told"),
    [
        (None, False, "Solved, says the customer"),
        (4, True, "The customer said how it was: 4 of 5"),
        (None, True, "The customer left a comment"),
    ],
)
def test_what_the_customer_thought_of_it_is_told_step_by_step(rating, commented, told):
    details = {"solved": True, "rating": rating, "commented": commented}
    reviewed = TicketEvent(1, 7, "reviewed", "customer", details, NOW)
    assert told in drawn(events=[reviewed])["past"]


def test_a_canned_reply_in_another_language_says_in_which():
    assert 'data-text="say &quot;hi&quot;" data-language="en">Hello (English)</option>' in drawn()["replies"]
    assert ">Hello</option>" in drawn(language="en")["replies"]
