import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.access.user import LOCAL
from bot.database.engine import writing
from bot.notify.office import Office
from bot.notify.outbox import Outbox
from bot.pages.bubble import bubbles
from bot.pages.person import person
from bot.phrase import phrase
from bot.state.presence import Presence
from bot.state.store import Store
from bot.state.tables import TicketRow
from bot.takeover.keeper import Keeper
from tests.bot.conftest import fake_assistant
from tests.bot.notify.receivers import Mailbox, closed_port, mail_server, mail_settings
from tests.patience import wait_for

SITE = "https://help.kestrel.example"


class Waiting:
    """A customer who waits, and a keeper on a clock that can be set."""

    def __init__(self, folder, language="en", **given):
        self.assistant = fake_assistant(folder, **given)
        self.store, self.settings = self.assistant.store, self.assistant.settings
        self.office = Office(self.store, self.settings, self.clock)
        self.now = datetime.now(UTC)
        self.token = self.assistant.open(None, language).token
        self.language = language
        self.assistant.call_person(self.token, page_language=language)
        self.now = datetime.now(UTC)

    def clock(self):
        return self.now

    @property
    def keeper(self):
        return Keeper(self.store, Outbox(self.store.engine), self.settings, self.clock)

    def look(self, minutes=0.0):
        self.now += timedelta(minutes=minutes)
        self.keeper.look()

    @property
    def ticket(self):
        return self.store.last_ticket(self.token)

    def said(self):
        return [one for one in self.assistant.transcript(self.token) if one.kind == "apology"]

    def go_on(self, way, where=None, key=None):
        return self.assistant.patience.go_on(self.token, way, where, page_language=self.language, key=key)

    def act(self, name, *what):
        with self.store.ticket_turn(self.ticket.number) as turn:
            getattr(turn.handling(), name)(*what)


@pytest.fixture
def waiting(tmp_path):
    return Waiting(tmp_path)


def test_who_has_waited_too_long_hears_an_apology_once_with_a_choice(waiting):
    waiting.look(9)
    assert waiting.said() == []
    waiting.look(2)
    [apology] = waiting.said()
    assert apology.text.startswith("I'm sorry: nobody has come in 11 minutes")
    assert apology.document["ways"] == ["wait", "call"]
    for _ in range(3):
        waiting.look(30)
    assert len(waiting.said()) == 1


def test_several_servers_at_the_same_moment_say_it_once(tmp_path, database):
    waiting = Waiting(tmp_path, database_url=database)
    waiting.now += timedelta(minutes=11)
    others = [Store.open(database, waiting.settings.data) for _ in range(4)]
    keepers = [
        Keeper(store, Outbox(store.engine), waiting.settings, waiting.clock)
        for store in (waiting.store, *others)
    ]
    threads = [threading.Thread(target=keeper.look) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waiting.said()) == 1
    events = [event.kind for event in waiting.store.ticket_events(waiting.ticket.number)]
    assert events.count("apologised") == 1


def test_a_ticket_that_can_t_be_read_keeps_no_other_from_being_looked_after(waiting, caplog):
    first, waiting.token = waiting.ticket.number, waiting.assistant.open(None, "en").token
    waiting.assistant.call_person(waiting.token, page_language="en")
    with writing(waiting.store.engine) as session:
        broken = {"promise": {"kind": "strange"}, "patience_since": None}
        session.execute(update(TicketRow).where(TicketRow.number == first).values(**broken))
    waiting.look(11)
    assert len(waiting.said()) == 1
    assert f"KeyError while looking after ticket {first}" in caplog.text


def test_a_clock_that_is_set_back_says_nothing_twice_and_nothing_early(waiting):
    waiting.look(-600)
    assert waiting.said() == []
    waiting.look(611)
    assert len(waiting.said()) == 1
    waiting.look(-300)
    waiting.look(600)
    assert len(waiting.said()) == 1


def test_outside_the_hours_nobody_waits_too_long(tmp_path):
    today = datetime.now(UTC).strftime("%A").lower()
    other = next(day for day in ("monday", "tuesday") if day != today)
    closed = Waiting(tmp_path, hours={other: "9:00-17:00"})
    assert closed.ticket.promise["kind"] == "opening"
    closed.look(30)
    assert closed.said() == []


def test_somebody_who_comes_first_is_apology_enough(waiting):
    waiting.act("take", LOCAL)
    waiting.now += timedelta(minutes=30)
    Presence(waiting.store.engine).seen(LOCAL, waiting.now)
    waiting.look()
    assert waiting.said() == []


def test_who_is_put_back_waits_anew_with_a_promise_of_their_own(waiting):
    waiting.look(11)
    waiting.act("take", LOCAL)
    waiting.act("release", LOCAL)
    assert waiting.ticket.promise is None
    waiting.now = datetime.now(UTC)
    waiting.look()
    assert waiting.ticket.promise["kind"] == "unknown"
    assert waiting.ticket.promised_until > datetime.now(UTC)
    waiting.look(11)
    assert len(waiting.said()) == 2


def test_who_was_promised_longer_is_not_asked_before_that(waiting):
    until = waiting.now + timedelta(minutes=25)
    with writing(waiting.store.engine) as session:
        session.execute(update(TicketRow).values(promised_until=until))
    waiting.look(20)
    assert waiting.said() == []
    waiting.look(6)
    assert len(waiting.said()) == 1


# How to go on


def test_waiting_on_keeps_the_place_and_asks_again_after_as_long(waiting):
    waiting.look(11)
    heard, reply = waiting.go_on("wait", key="k1")
    assert (heard.author, heard.text) == ("customer", "I'll wait")
    assert reply.text.startswith("Thank you for your patience. You keep your place in line.")
    assert waiting.go_on("wait", key="k1") == (heard, reply)
    waiting.now = waiting.ticket.patience_since
    waiting.look(9)
    assert len(waiting.said()) == 1
    waiting.look(2)
    assert len(waiting.said()) == 2


def test_a_call_back_is_promised_and_stands_on_the_ticket(waiting):
    waiting.look(11)
    _, reply = waiting.go_on("call", " +45 12 34 56 78 ")
    told = reply.text.replace("\u00a0", " ")
    assert told == "A colleague will call you on +45 12 34 56 78, at the latest in 8 hours."
    ticket = waiting.ticket
    assert (ticket.phone, ticket.packet["contact"]["phone"]) == ("+45 12 34 56 78", "+45 12 34 56 78")
    assert ticket.promise["kind"] == "call"
    assert abs(ticket.promised_until - datetime.now(UTC) - timedelta(hours=8)) < timedelta(minutes=1)
    waiting.look(200)
    assert len(waiting.said()) == 1


def test_a_call_that_is_chosen_while_the_keeper_looks_stays_promised(waiting, monkeypatch):
    waiting.look(11)
    Presence(waiting.store.engine).seen(LOCAL, waiting.now)
    ticket_turn = waiting.store.ticket_turn

    def chosen_just_before(number):
        waiting.go_on("call", "12 34 56 78", key="c1")
        return ticket_turn(number)

    monkeypatch.setattr(waiting.store, "ticket_turn", chosen_just_before)
    waiting.look()
    assert (waiting.ticket.phone, waiting.ticket.promise["kind"]) == ("12 34 56 78", "call")


def test_an_answer_by_mail_is_offered_where_mail_can_be_sent(tmp_path):
    one = Waiting(tmp_path, mail=mail_settings(25), public_url=SITE)
    one.look(11)
    assert one.said()[-1].document["ways"] == ["wait", "email", "call"]
    _, reply = one.go_on("email", "bo@example.com")
    assert "by e-mail to bo@example.com" in reply.text
    assert (one.ticket.email, one.ticket.promise["kind"]) == ("bo@example.com", "email")


@pytest.mark.parametrize(("way", "where"), [("email", ""), ("email", "bo@"), ("call", "12"), ("call", None)])
def test_what_nobody_can_be_reached_by_is_said_to_be_so_and_not_kept(waiting, way, where):
    waiting.look(11)
    [refusal] = waiting.go_on(way, where)
    assert (refusal.kind, refusal.id) == ("error", 0)
    assert (waiting.ticket.email, waiting.ticket.phone) == (None, None)


def test_a_choice_that_comes_too_late_changes_nothing(waiting):
    waiting.look(11)
    waiting.act("take", LOCAL)
    assert waiting.go_on("wait") == ()
    assert waiting.go_on("call", "12 34 56 78") == ()
    assert waiting.ticket.phone is None


def test_the_choice_stands_below_the_apology_until_it_is_made(waiting):
    waiting.look(11)

    def shown():
        return "".join(one["html"] for one in bubbles(waiting.assistant.transcript(waiting.token), "en"))

    assert shown().count('data-way="wait"') == 1
    assert shown().count('<form class="reach card"') == 2  # the contact, and the number
    waiting.go_on("call", "12 34 56 78")
    assert "<form" not in shown()
    assert 'data-way="wait"' not in shown()


# The outlook on the page


def test_the_page_s_line_follows_the_queue_without_a_message(waiting):
    before = len(waiting.assistant.transcript(waiting.token))
    Presence(waiting.store.engine).seen(LOCAL, waiting.now)
    told = []
    waiting.store.listen(lambda conversation, _: told.append(conversation))
    waiting.look()
    assert waiting.ticket.promise["kind"] == "wait"
    assert told == [waiting.ticket.conversation]
    waiting.look(0.1)
    assert len(told) == 1
    assert len(waiting.assistant.transcript(waiting.token)) == before
    promised = [one for one in waiting.store.ticket_events(waiting.ticket.number) if one.kind == "promised"]
    assert len(promised) == 1


# When nobody could be told


def undeliverable(folder, **given):
    with closed_port() as port:
        mail = mail_settings(port, to=["team@x.example"])
        one = Waiting(folder, mail=mail, public_url=SITE, **given)
        one.office.courier.deliver_due()
    return one


def test_where_no_channel_succeeds_the_customer_hears_the_truth_once(tmp_path):
    one = undeliverable(tmp_path, language="da")
    one.look(1)
    assert one.said() == []
    one.look(1.5)
    [truth] = one.said()
    assert truth.text.startswith("Jeg vil være ærlig: Jeg kunne ikke få fat i nogen af mine kolleger")
    assert f"nummer {one.ticket.number}" in truth.text
    assert truth.document["ways"] == ["wait", "email", "call"]
    one.look(30)
    assert len(one.said()) == 1


def test_with_somebody_at_the_desk_the_truth_is_that_they_see_it(tmp_path):
    one = undeliverable(tmp_path)
    one.now += timedelta(minutes=3)
    Presence(one.store.engine).seen(LOCAL, one.now)
    one.look()
    assert "someone is at the desk" in one.said()[-1].text


def test_where_somebody_was_told_nothing_is_said_of_it(tmp_path):
    with mail_server(Mailbox()) as mail:
        given = mail.model_copy(update={"to": ("team@x.example",)})
        one = Waiting(tmp_path, mail=given, public_url=SITE)
        one.office.courier.deliver_due()
    one.look(5)
    assert one.said() == []


def test_a_running_keeper_looks_by_itself(waiting, monkeypatch):
    monkeypatch.setattr("bot.takeover.keeper.SECONDS_BETWEEN_LOOKS", 0.05)
    waiting.now += timedelta(minutes=11)
    with waiting.keeper:
        wait_for(lambda: len(waiting.said()) == 1)


# The bar above the chat


def test_outside_the_hours_nobody_is_said_to_be_called_but_when_someone_will_look(tmp_path):
    today = datetime.now(UTC).strftime("%A").lower()
    other = next(day for day in ("monday", "tuesday") if day != today)
    closed = Waiting(tmp_path, hours={other: "9:00-17:00"})
    bar = person(closed.ticket, "en", closed.settings)
    assert bar["says"] == f"Your question is kept: number {closed.ticket.number}."
    assert "and then someone will look at it" in bar["outlook"]
    opened = Waiting(tmp_path)
    assert person(opened.ticket, "en", opened.settings)["says"].startswith("A colleague has been called")


# What is owed to who waited before anybody counted


def test_who_began_to_wait_at_a_server_that_counted_no_patience_is_asked_all_the_same(waiting):
    with writing(waiting.store.engine) as session:
        nothing = {"promise": None, "promised_until": None, "patience_since": None}
        session.execute(update(TicketRow).values(**nothing))
    waiting.look(5)
    assert waiting.ticket.patience_since == waiting.ticket.waiting_since
    waiting.look(11)
    assert len(waiting.said()) == 1
    waiting.look(60)
    assert len(waiting.said()) == 1


@pytest.mark.parametrize("language", ["en", "da", "pl", "ar", "zh"])
def test_an_answer_by_mail_is_not_promised_where_no_mail_can_be_sent(tmp_path, language):
    one = Waiting(tmp_path, language)
    one.look(11)
    [refusal] = one.go_on("email", "bo@example.com")
    assert (refusal.kind, refusal.id) == ("error", 0)
    assert refusal.text == phrase("go_on_no_mail", language)
    assert (one.ticket.email, one.ticket.promise["kind"]) == (None, "unknown")
