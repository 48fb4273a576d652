"""After an agent has closed: is it solved? Asked on an open page, else by mail, over real SMTP."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.access.account import Accounts
from bot.notify.office import Office
from bot.notify.teller import TIME_TO_READ
from bot.phrase import LANGUAGES, phrase
from bot.takeover.agent import Agents
from bot.takeover.discretion import Discretion
from tests.bot.conftest import fake_assistant
from tests.bot.notify.receivers import Mailbox, mail_server

SITE = "https://help.kestrel.example"
LATER = TIME_TO_READ + timedelta(minutes=5)


class Matter:
    """A ticket of a customer with an address, which an agent takes, answers and closes."""

    def __init__(self, folder, mail, language):
        self.assistant = fake_assistant(folder, mail=mail, public_url=SITE)
        self.store = self.assistant.store
        self.office = Office(self.store, self.assistant.settings, lambda: datetime.now(UTC) + LATER)
        accounts = Accounts(self.store.engine)
        accounts.add("maja", "three quiet herons", "test", shown="Maja Holm")
        self.maja = accounts.find("maja").user
        discretion = Discretion(self.assistant.live)
        self.agents = Agents(self.store, accounts, discretion, self.assistant.settings)
        self.token, self.language = self.assistant.open(None, language).token, language
        self.assistant.call_person(self.token, page_language=language)
        self.assistant.leave_contact(self.token, "Eva", "eva@x.example", page_language=language)
        self.number = self.store.last_ticket(self.token).number
        self.agents.take(self.number, self.maja, "k1")

    def close(self):
        self.agents.close(self.number, self.maja, "k2")

    def see(self):
        last = self.assistant.transcript(self.token)[-1].sequence
        self.store.mark(self.store.conversation(self.token).id, "customer", seen=last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_no_page_open_the_mail_asks_and_leads_back_to_the_same_agent(tmp_path, language):
    with mail_server(box := Mailbox()) as mail:
        matter = Matter(tmp_path, mail, language)
        matter.see()
        matter.close()
        matter.office.courier.deliver_due()
    [letter] = box.mails
    body = letter.get_body(("plain",)).get_content()
    asked = phrase("mail_closed", language, agent="Maja Holm", number=matter.number)
    assert asked in " ".join(body.split())
    key = matter.office.back.exchange(re.search(rf"{SITE}/back#(\S+)", body)[1])
    said = matter.assistant.customers.solved(key, False, page_language=language)
    assert said[-1].text == phrase("reopened_at", language, agent="Maja Holm")
    ticket = matter.store.last_ticket(matter.token)
    assert (ticket.status, ticket.agent, ticket.reopened) == ("waiting", "maja", 1)


def test_a_customer_who_is_asked_on_the_open_page_gets_no_mail_of_it(tmp_path):
    with mail_server(box := Mailbox()) as mail:
        matter = Matter(tmp_path, mail, "en")
        matter.close()
        matter.see()
        matter.office.courier.deliver_due()
    assert box.mails == []


def test_who_left_before_the_close_is_mailed_though_all_before_was_read(tmp_path):
    with mail_server(box := Mailbox()) as mail:
        matter = Matter(tmp_path, mail, "en")
        matter.agents.write(matter.number, matter.maja, "It comes tomorrow.", "k3")
        matter.see()
        matter.close()
        matter.office.courier.deliver_due()
    assert [("Is it solved?" in mail.get_body(("plain",)).get_content()) for mail in box.mails] == [True]
