import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.access.tables import UserRow
from bot.access.user import User
from bot.database.engine import writing
from bot.notify.letter import read
from bot.notify.outbox import Outbox
from bot.notify.people import CHATWOOT
from bot.notify.tables import NoticeRow
from bot.notify.teller import TIME_TO_READ, Teller, customer_letter, team_letter
from bot.phrase import LANGUAGES
from bot.state.store import Store
from bot.waiting.promise import Promise
from bot.waiting.queue import Queue
from tests.bot.fakes import settings
from tests.bot.notify.receivers import hook, mail_settings

ADA, BO = User("ada", "Ada L.", "agent"), User("bo", "Bo", "agent")
NORDIC = Queue(name="Nordic", languages=("da",), email=("nordic@kestrel.example", "chief@kestrel.example"))
URL = "http://127.0.0.1:9/hook"
SETTINGS = settings(
    mail=mail_settings(25, to=("team@kestrel.example",)),
    public_url="https://help.kestrel.example",
    webhooks=(hook(URL),),
    queues=(NORDIC, Queue(name="Rest")),
)


@pytest.fixture
def store(tmp_path):
    store = Store.open(None, tmp_path)
    store.witness(Teller(SETTINGS))
    return store


@pytest.fixture
def token(store):
    return store.start("da").token


def call(store, token, queue="Nordic", **packet):
    with store.turn(token) as turn:
        return turn.hand_over("asked", {"question": "Hvor er min pakke?", "queue": queue, **packet}).number


def act(store, number, name, *what, **more):
    with store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what, **more)


def say(store, number, agent, text):
    with store.ticket_turn(number) as turn:
        message = turn.say("agent", text, "written", speaker=agent.shown)
        turn.handling(number).wrote(agent, message.sequence)
    return message.sequence


def told(store, number, channel="email", audience="team"):
    notices = Outbox(store.engine).notices([number])[number]
    return [one for one in notices if (one.channel, one.audience) == (channel, audience)]


def test_the_people_of_the_queue_are_told_and_each_on_their_own(store, token):
    number = call(store, token)
    assert {one.target for one in told(store, number)} == set(NORDIC.email)


def test_a_queue_without_addresses_is_told_through_those_for_all(store, token):
    number = call(store, token, queue="Rest")
    assert [one.target for one in told(store, number)] == ["team@kestrel.example"]


@pytest.mark.parametrize("ours_was_quicker", [False, True])
def test_what_another_help_desk_takes_over_is_not_mailed_to_our_people(store, token, ours_was_quicker):
    number = call(store, token)
    if ours_was_quicker:
        act(store, number, "take", BO)
        act(store, number, "assign", CHATWOOT, CHATWOOT)
    else:
        act(store, number, "take", CHATWOOT)
    assert told(store, number) == []
    assert [one.event for one in told(store, number, "webhook")][0] == "handed_over"


def test_what_is_on_its_way_to_our_people_when_another_help_desk_takes_over_is_kept(store, token):
    number = call(store, token)
    assert Outbox(store.engine).claim(datetime.now(UTC), 9)
    act(store, number, "take", CHATWOOT)
    assert {one.target for one in told(store, number)} == set(NORDIC.email)


def test_danger_is_mailed_to_our_people_whoever_takes_it_over(store, token):
    with store.turn(token) as turn:
        number = turn.hand_over("danger", {"question": "Batteriet ryger!", "queue": "Nordic"}).number
    act(store, number, "take", CHATWOOT)
    assert {one.target for one in told(store, number)} == set(NORDIC.email)


def test_what_is_told_is_stored_with_the_ticket_or_not_at_all(store, token):
    def fail():
        with store.turn(token) as turn:
            turn.hand_over("asked", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.tickets() == ()
    assert Outbox(store.engine).claim(datetime.now(UTC) + timedelta(days=1), 9) == ()


def test_asking_again_while_one_waits_tells_programs_and_writes_no_second_mail(store, token):
    number = call(store, token)
    assert call(store, token) == number
    assert len(told(store, number)) == len(NORDIC.email)
    assert [one.event for one in told(store, number, "webhook")] == ["handed_over", "called"]


def test_danger_reported_while_one_waits_is_written_to_all_at_once_with_what_was_said(store, token):
    number = call(store, token)
    with store.turn(token) as turn:
        turn.hand_over("danger", {"question": "Batteriet ryger!", "queue": "Nordic"})
    last = read(told(store, number)[-1].document)
    assert "DANGER reported" in last.subject
    assert last.quote == "Batteriet ryger!"
    assert len(told(store, number)) == 2 * len(NORDIC.email)


def test_danger_is_written_once_for_the_same_words_and_each_time_with_its_own(store, token):
    number = call(store, token)
    for reason, question in (
        ("danger", "Batteriet ryger!"),
        ("low_confidence", "Hvad koster et nyt?"),
        ("danger", "Batteriet ryger!"),
        ("danger", "Nu brænder det!"),
    ):
        with store.turn(token) as turn:
            turn.hand_over(reason, {"question": question, "queue": "Nordic"})
    own = [read(one.document).quote for one in told(store, number) if one.target == NORDIC.email[0]]
    assert own == ["Hvor er min pakke?", "Batteriet ryger!", "Nu brænder det!"]


def test_danger_that_is_told_to_whoever_has_the_ticket_is_written_to_its_people(store, token):
    number = call(store, token)
    act(store, number, "take", ADA)
    with store.turn(token) as turn:
        turn.handling().call("danger", {"question": "Batteriet ryger!"})
    last = read(told(store, number)[-1].document)
    assert f"#{number} is with Ada L., and its customer is in danger" in last.subject
    assert last.quote == "Batteriet ryger!"
    assert len(told(store, number)) == 2 * len(NORDIC.email)


def test_one_that_is_called_for_again_is_written_of_with_the_words_of_that_call(store, token):
    number = call(store, token)
    for question in ("Og mine penge?", "Hvor er min pakke?"):
        act(store, number, "take", ADA)
        act(store, number, "give_back", ADA)
        with store.turn(token) as turn:
            turn.hand_over("asked", {"question": question, "queue": "Nordic"})
    own = [read(one.document).quote for one in told(store, number) if one.target == NORDIC.email[0]]
    assert own == ["Hvor er min pakke?", "Og mine penge?", "Hvor er min pakke?"]


def test_one_that_is_put_back_or_called_for_again_is_told_like_a_new_one(store, token):
    number = call(store, token)
    act(store, number, "take", ADA)
    act(store, number, "release", ADA)
    act(store, number, "take", BO)
    act(store, number, "give_back", BO)
    call(store, token)
    events = [one.event for one in told(store, number) if one.target == NORDIC.email[0]]
    assert events == ["handed_over", "released", "called"]


def test_one_that_is_not_solved_comes_back_to_its_agent_by_name(store, token):
    with writing(store.engine) as session:
        own = {"languages": [], "products": [], "skills": []}
        row = UserRow(name="ada", shown="Ada", role="agent", email="ada@kestrel.example", **own)
        row.created = datetime.now(UTC)
        session.add(row)
    number = call(store, token)
    act(store, number, "take", BO)
    act(store, number, "assign", ADA, BO)
    act(store, number, "close", ADA)
    act(store, number, "reopen")
    own = [one.event for one in told(store, number) if one.target == "ada@kestrel.example"]
    assert own == ["assigned", "reopened"]


def test_programs_hear_the_whole_life_with_the_packet_and_not_what_is_written(store, token):
    number = call(store, token, found=[{"title": "Delivery"}])
    act(store, number, "take", ADA)
    say(store, number, ADA, "secret")
    act(store, number, "close", ADA)
    heard = told(store, number, "webhook")
    assert [one.document["type"] for one in heard] == ["ticket.handed_over", "ticket.taken", "ticket.closed"]
    data = heard[0].document["data"]
    assert (data["ticket"], data["queue"], data["status"]) == (number, "Nordic", "waiting")
    assert data["packet"]["question"] == "Hvor er min pakke?"
    assert data["desk"] == f"https://help.kestrel.example/desk/?ticket={number}"
    assert heard[1].document["data"]["event"]["agent"] == "ada"


def test_a_program_for_some_queues_hears_of_no_others(tmp_path):
    store = Store.open(None, tmp_path)
    some = settings(webhooks=(hook(URL, queues=("Nordic",)),), queues=SETTINGS.queues)
    store.witness(Teller(some))
    numbers = [call(store, store.start("da").token, queue) for queue in ("Nordic", "Rest")]
    assert [len(told(store, number, "webhook")) for number in numbers] == [1, 0]


def test_without_channels_nothing_is_written(tmp_path):
    store = Store.open(None, tmp_path)
    store.witness(Teller(settings()))
    number = call(store, store.start("da").token)
    assert Outbox(store.engine).notices([number]) == {number: ()}


def test_a_customer_who_left_an_address_is_written_to_a_while_after_the_answer(store, token):
    number = call(store, token)
    act(store, number, "take", ADA)
    say(store, number, ADA, "too early")
    assert told(store, number, audience="customer") == []
    act(store, number, "leave_contact", "Eva", "eva@x.example")
    sequence = say(store, number, ADA, "Den kommer i morgen.")
    [mail] = told(store, number, audience="customer")
    assert mail.target == "eva@x.example"
    assert mail.due - mail.created == TIME_TO_READ
    assert mail.document["sequence"] == sequence
    letter = read(mail.document)
    assert letter.language == "da"
    assert letter.quote == "Den kommer i morgen."
    assert "Ada L. har svaret dig:" in letter.before


def test_two_answers_in_a_row_make_one_mail_and_the_time_begins_anew(store, token):
    number = call(store, token)
    act(store, number, "leave_contact", None, "eva@x.example")
    act(store, number, "take", ADA)
    say(store, number, ADA, "one")
    before = told(store, number, audience="customer")[0].due
    last = say(store, number, ADA, "two")
    [mail] = told(store, number, audience="customer")
    assert mail.document["quote"] == "one\n\ntwo"
    assert mail.document["sequence"] == last
    assert mail.due > before


def test_what_waits_goes_to_the_address_that_was_corrected(store, token):
    number = call(store, token)
    act(store, number, "leave_contact", None, "eav@x.example")
    act(store, number, "take", ADA)
    say(store, number, ADA, "one")
    act(store, number, "leave_contact", "Eva", None)
    assert [mail.target for mail in told(store, number, audience="customer")] == ["eav@x.example"]
    act(store, number, "leave_contact", None, "eva@x.example")
    assert [mail.target for mail in told(store, number, audience="customer")] == ["eva@x.example"]
    say(store, number, ADA, "two")
    [mail] = told(store, number, audience="customer")
    assert (mail.target, mail.document["quote"]) == ("eva@x.example", "one\n\ntwo")


def test_what_has_gone_out_and_what_is_for_others_keeps_its_address(store, token):
    number = call(store, token)
    act(store, number, "leave_contact", None, "eav@x.example")
    act(store, number, "take", ADA)
    say(store, number, ADA, "one")
    other = call(store, store.start("da").token)
    act(store, other, "leave_contact", None, "bo@x.example")
    act(store, other, "take", BO)
    say(store, other, BO, "hello")
    team = [mail.target for mail in told(store, number)]
    with writing(store.engine) as session:
        mine = select(NoticeRow).where(NoticeRow.audience == "customer", NoticeRow.ticket == number)
        session.scalars(mine).one().state = "sent"
    act(store, number, "leave_contact", None, "eva@x.example")
    assert [mail.target for mail in told(store, number, audience="customer")] == ["eav@x.example"]
    assert [mail.target for mail in told(store, other, audience="customer")] == ["bo@x.example"]
    assert [mail.target for mail in told(store, number)] == team


def test_what_is_written_while_the_mail_goes_out_is_in_another_one(tmp_path, database):
    store = Store.open(database, tmp_path)
    store.witness(Teller(SETTINGS))
    token = store.start("da").token
    number = call(store, token)
    act(store, number, "leave_contact", None, "jo@example.com")
    act(store, number, "take", ADA)
    say(store, number, ADA, "one")
    later = threading.Thread(target=say, args=(store, number, ADA, "two"))
    with writing(store.engine) as session:  # as the courier does that takes it out
        mine = select(NoticeRow).where(NoticeRow.audience == "customer")
        session.scalars(mine.with_for_update()).one().attempts = 1
        session.flush()
        later.start()
        later.join(0.5)
    later.join()
    assert [one.document["quote"] for one in told(store, number, audience="customer")] == ["one", "two"]


def test_a_closed_matter_is_told_by_mail_too_but_not_if_the_customer_closed_it(store, token):
    number = call(store, token)
    act(store, number, "leave_contact", None, "eva@x.example")
    act(store, number, "take", ADA)
    act(store, number, "close", ADA)
    assert [one.event for one in told(store, number, audience="customer")] == ["closed"]
    other = call(store, store.start("da").token)
    act(store, other, "leave_contact", None, "eva@x.example")
    act(store, other, "close", None)
    assert told(store, other, audience="customer") == []


def test_the_subject_tells_whom_to_send_and_can_add_no_header(store, token):
    number = call(store, token, question="x\r\nBcc: all@evil.example\u202e")
    letter = read(told(store, number)[0].document)
    assert letter.subject.startswith(f"#{number} waits for a person (Danish, asked for a person): x")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_is_written_to_in_their_language(store, token, language):
    number = call(store, token)
    ticket = replace(store.ticket(number), language=language, agent_shown="Ada")
    event = store.ticket_events(number)[0]
    for kind in ("agent_wrote", "closed"):
        letter = customer_letter(ticket, replace(event, kind=kind), "…", SETTINGS)
        assert letter.language == language
        assert "Ada" in " ".join(letter.before)
        assert str(number) in letter.subject
        assert not any("{" in text for text in (*letter.before, *letter.after, letter.subject))


@pytest.mark.parametrize(("kind", "words"), [("call", "a call was promised"), ("email", "by e-mail was")])
def test_who_is_to_be_called_or_written_to_is_told_with_the_contact_and_by_when(store, token, kind, words):
    number = call(store, token)
    act(store, number, "promise", Promise("wait", datetime.now(UTC), (5, 10)))
    assert len(told(store, number)) == len(NORDIC.email)
    act(store, number, "leave_contact", None, "eva@x.example", "+45 12 34 56 78")
    act(store, number, "promise", Promise(kind, datetime(2026, 11, 30, 9, 0, tzinfo=UTC)))
    letter = read(told(store, number)[-1].document)
    assert words in letter.subject
    facts = dict(letter.facts)
    assert facts["Contact"] == "eva@x.example +45 12 34 56 78"
    assert facts["Promised by"] == "30 Nov 2026, 09:00 UTC"


def test_programs_hear_that_somebody_has_waited_too_long(store, token):
    number = call(store, token)
    act(store, number, "apologise", "waited")
    heard = told(store, number, channel="webhook")[-1].document
    assert (heard["type"], heard["data"]["event"]["why"]) == ("ticket.apologised", "waited")


def test_a_letter_to_the_team_names_what_is_known(store, token):
    number = call(store, token, found=[{"title": "Delivery"}])
    act(store, number, "leave_contact", "Eva", "eva@x.example")
    letter = team_letter(store.ticket(number), store.ticket_events(number)[0], "https://x.example/desk")
    assert dict(letter.facts) == {
        "Reason": "asked for a person",
        "Language": "Danish",
        "Queue": "Nordic",
        "Contact": "Eva eva@x.example",
        "Nearest article": "Delivery",
    }
    assert letter.quote == "Hvor er min pakke?"
