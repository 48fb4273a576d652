"""Customers whose agent has gone: who is told, what they hear, and who goes on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.access.account import Accounts
from bot.access.audit import EntryFilter, entries
from bot.database.engine import reading
from bot.notify.outbox import Outbox
from bot.notify.people import CHATWOOT
from bot.pages.person import person
from bot.pages.status import left
from bot.pages.tickets import listing
from bot.state.presence import FRESH, Presence
from bot.state.store import Store
from bot.state.ticket import TicketRefused
from bot.takeover.absence import unanswered_since
from bot.takeover.agent import Agents
from bot.takeover.board import TicketFilter, board
from bot.takeover.discretion import Discretion
from bot.takeover.keeper import Keeper
from tests.bot.notify.receivers import mail_settings
from tests.bot.takeover.test_keeper import SITE, Waiting

PASSWORD = "three quiet herons"


class Chat(Waiting):
    """A customer with Maja, and Bo, who is at the desk."""

    def __init__(self, folder, language="en", **given):
        super().__init__(folder, language, **given)
        accounts = Accounts(self.store.engine)
        accounts.add("maja", PASSWORD, "test", shown="Maja Holm", email="maja@x.example")
        accounts.add("bo", PASSWORD, "test", shown="Bo")
        self.maja, self.bo = (accounts.find(name).user for name in ("maja", "bo"))
        self.agents = Agents(self.store, accounts, Discretion(self.assistant.live), self.settings)
        self.presence = Presence(self.store.engine)
        self.number = self.ticket.number
        self.seen(self.maja)
        self.agents.take(self.number, self.maja, "takes")

    def seen(self, *agents):
        for agent in agents:
            self.presence.seen(agent, self.now)

    def writes(self, text="Are you there?"):
        return self.assistant.ask(self.token, text, page_language=self.language)

    def answers(self, by=None, key="answers"):
        return self.agents.write(self.number, by or self.maja, "I am looking into it.", key)

    def kinds(self):
        return [event.kind for event in self.store.ticket_events(self.number)]


@pytest.fixture
def chat(tmp_path):
    return Chat(tmp_path)


def test_whose_agent_has_gone_hears_it_once_and_waits_for_anybody(chat):
    chat.writes()
    chat.look(9)
    assert (chat.said(), chat.ticket.status) == ([], "taken")
    chat.look(2)
    [apology] = chat.said()
    assert apology.text.startswith("I'm sorry: Maja Holm is no longer at the desk")
    assert "without an answer for 11 minutes" in apology.text
    assert apology.document["ways"] == ["wait", "call"]
    assert (chat.ticket.status, chat.ticket.agent) == ("waiting", "maja")
    assert chat.ticket.left_since is not None
    for _ in range(3):
        chat.look(30)
    assert len(chat.said()) == 1
    assert chat.kinds().count("left") == 1


def test_after_a_server_was_down_agents_pages_have_time_to_find_back(chat):
    chat.writes()
    chat.now += timedelta(minutes=30)
    with chat.keeper as keeper:
        keeper.look()
        assert (chat.said(), chat.ticket.status) == ([], "taken")
        chat.now += FRESH
        keeper.look()
        assert chat.ticket.status == "waiting"


def test_an_agent_who_is_at_the_desk_or_has_answered_keeps_the_ticket(chat):
    chat.writes()
    for _ in range(4):
        chat.now += timedelta(minutes=5)
        chat.seen(chat.maja)
        chat.keeper.look()
    chat.answers()
    chat.look(60)
    assert (chat.said(), chat.ticket.status) == ([], "taken")


def test_who_joined_and_left_without_a_word_owes_one(chat):
    chat.look(11)
    assert chat.ticket.status == "waiting"
    assert len(chat.said()) == 1


def test_what_is_passed_on_to_somebody_who_is_not_there_waits_for_anybody(chat):
    chat.answers()
    chat.seen(chat.maja)
    chat.agents.assign(chat.number, chat.maja, "bo", "passes")
    chat.now += timedelta(minutes=11)
    chat.seen(chat.maja)
    chat.keeper.look()
    assert "Bo is no longer at the desk" in chat.said()[0].text
    assert (chat.ticket.status, chat.ticket.agent) == ("waiting", "bo")


def test_time_counts_from_when_the_agent_was_last_seen(chat):
    chat.writes()
    chat.now += timedelta(minutes=8)
    chat.seen(chat.maja)
    chat.look(9)
    assert chat.ticket.status == "taken"
    chat.look(2)
    assert chat.ticket.status == "waiting"


def test_another_agent_takes_it_over_alone_and_the_first_is_told_so(chat):
    chat.writes()
    chat.look(11)
    chat.agents.take(chat.number, chat.bo, "bo takes")
    assert (chat.ticket.status, chat.ticket.agent, chat.ticket.left_since) == ("taken", "bo", None)
    chat.seen(chat.maja, chat.bo)
    chat.keeper.look()
    assert chat.ticket.agent == "bo"
    with pytest.raises(TicketRefused, match="was taken by Bo"):
        chat.answers()
    with pytest.raises(TicketRefused, match="was taken by Bo"):
        chat.agents.take(chat.number, chat.maja, "again")


def test_who_comes_back_first_goes_on(chat):
    chat.writes()
    chat.look(11)
    chat.seen(chat.maja)
    chat.keeper.look()
    assert (chat.ticket.status, chat.ticket.agent, chat.ticket.left_since) == ("taken", "maja", None)
    last = chat.assistant.transcript(chat.token)[-1]
    assert (last.kind, last.text) == ("joined", "Maja Holm is back and goes on with your question.")
    chat.answers()
    with pytest.raises(TicketRefused):
        chat.agents.take(chat.number, chat.bo, "bo takes")
    chat.writes("And now?")
    chat.look(15)
    assert len(chat.said()) == 2


def test_it_is_written_down_who_left_and_who_came_back(chat):
    chat.writes()
    chat.look(11)
    chat.seen(chat.maja)
    chat.keeper.look()
    assert chat.kinds()[-3:] == ["promised", "apologised", "came_back"]
    with reading(chat.store.engine) as session:
        logged = [(one.who, one.action, one.details) for one in entries(session, EntryFilter(what="ticket"))]
    assert logged[:2] == [
        ("maja", "ticket gone on with", {}),
        ("assistant", "ticket left", {"by": "maja"}),
    ]


def test_colleagues_are_told_by_mail_and_programs_by_their_webhook(tmp_path):
    secret = "whsec_" + "A" * 43 + "="
    hook = {"url": "https://crm.x.example/in", "secret": secret}
    mail = mail_settings(25, to=["team@x.example"])
    chat = Chat(tmp_path, mail=mail, public_url=SITE, webhooks=[hook])
    chat.writes()
    chat.look(11)
    notices = Outbox(chat.store.engine).notices([chat.number])[chat.number]
    left = [(one.channel, one.target) for one in notices if one.event == "left"]
    assert left == [("webhook", hook["url"]), ("email", "team@x.example")]
    letter = next(one.document for one in notices if one.event == "left" and one.channel == "email")
    assert f"#{chat.number} was left by its agent" in letter["subject"]


def test_several_servers_at_the_same_moment_say_it_once(tmp_path, database):
    chat = Chat(tmp_path, database_url=database)
    chat.writes()
    chat.now += timedelta(minutes=11)
    stores = (chat.store, *(Store.open(database, chat.settings.data) for _ in range(3)))
    keepers = [Keeper(one, Outbox(one.engine), chat.settings, chat.clock) for one in stores]
    threads = [threading.Thread(target=keeper.look) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(chat.said()), chat.kinds().count("left")) == (1, 1)


def test_who_is_owed_a_mail_or_a_call_hears_nothing_unless_they_wrote(chat):
    chat.agents.release(chat.number, chat.maja, "releases")
    chat.go_on("call", "+45 12 34 56 78")
    chat.agents.take(chat.number, chat.maja, "again")
    chat.look(60)
    assert (chat.said(), chat.ticket.status) == ([], "taken")
    chat.writes("I am back in the chat")
    chat.now = datetime.now(UTC)
    chat.look(11)
    assert (chat.said(), chat.ticket.status) == ([], "waiting")
    assert chat.ticket.promise["kind"] == "call"


def test_who_is_left_when_the_desk_closes_hears_when_it_opens(tmp_path):
    today = datetime.now(UTC).strftime("%A").lower()
    other = next(day for day in ("monday", "tuesday") if day != today)
    chat = Chat(tmp_path, hours={other: "9:00-17:00"})
    chat.writes()
    chat.look(11)
    [apology] = chat.said()
    assert "We're closed right now. We open" in apology.text
    assert apology.text.endswith("How would you like to go on?")


def test_what_people_of_another_help_desk_have_is_theirs_to_look_after(chat):
    chat.agents.release(chat.number, chat.maja, "releases")
    chat.act("take", CHATWOOT)
    chat.look(60)
    assert chat.ticket.status == "taken"


def test_the_desk_shows_it_in_red_and_the_customer_s_page_says_who_is_away(chat):
    chat.writes()
    chat.look(11)
    tickets = chat.store.tickets("waiting")
    shown = listing(board(tickets, TicketFilter(), "bo", chat.now), chat.now)
    assert '<span class="chip bad" title="The customer had no answer">Maja Holm has left</span>' in shown
    assert "Maja Holm has left" in "".join(left(chat.ticket))
    says = person(chat.ticket, "en", chat.settings)["says"]
    assert says == f"Maja Holm is away, and other colleagues have been asked: number {chat.number}."


@pytest.mark.parametrize("language", ["da", "pl", "ar", "zh"])
def test_it_is_said_in_the_customer_s_language(tmp_path, language):
    chat = Chat(tmp_path, language)
    chat.writes("?!")
    chat.look(11)
    text = chat.said()[0].text
    assert "Maja Holm" in text
    assert "sorry" not in text


def test_a_word_is_owed_from_the_first_message_after_the_agent_s_last(chat):
    chat.answers()
    first = chat.writes("One")[0]
    chat.writes("Two")
    events = chat.store.ticket_events(chat.number)
    assert unanswered_since(events) == events[-2].created
    assert events[-2].details == {"sequence": first.sequence}
    chat.answers(key="answers again")
    assert unanswered_since(chat.store.ticket_events(chat.number)) is None
