"""How a person comes to be called, and how the customer can be reached."""

import pytest

from bot.conversation.assistant import NO_INDEX, Assistant
from bot.phrase import phrase
from bot.state.store import Store
from tests.bot.conversation.assistant.talk import SURE, UNKNOWN, ask
from tests.bot.fakes import FakeLive, settings


def test_the_staircase_leads_from_rephrasing_to_a_person_with_a_ticket(assistant, token):
    assert ask(assistant, token, UNKNOWN)[1].kind == "rephrase"
    handed = ask(assistant, token, "Zebras in orbit")[1]
    assert handed.kind == "handoff"
    assert handed.document["reason"] == "repeated_miss"
    assert handed.document["contact"] is True
    [ticket] = assistant.store.tickets("waiting")
    assert handed.document["ticket"] == ticket.number
    assert f"**{ticket.number}**" in handed.text
    assert [line["text"] for line in ticket.packet["transcript"]][-1] == "Zebras in orbit"


def test_who_reports_danger_gets_a_person_at_once_and_is_told_to_get_to_safety(assistant, token):
    handed = ask(assistant, token, "Is my frame covered? My battery caught fire!")[1]
    assert (handed.kind, handed.document["reason"]) == ("handoff", "danger")
    assert handed.text.startswith(phrase("danger", "en"))
    [ticket] = assistant.store.tickets("waiting")
    assert ticket.reason == "danger"


def test_danger_reported_while_somebody_waits_moves_them_to_the_front(assistant, token):
    other = assistant.open(None, "en").token
    ask(assistant, other, "You are useless!")
    number = ask(assistant, token, "let me talk to a human")[1].document["ticket"]
    handed = ask(assistant, token, "the battery is smoking")[1]
    assert handed.document["ticket"] == number
    assert phrase("danger", "en") in handed.text
    assert phrase("handoff_already", "en", number=number) in handed.text
    first = max(assistant.store.tickets("waiting"), key=lambda ticket: ticket.distress)
    assert (first.number, first.reason) == (number, "danger")


def test_two_thumbs_down_in_a_row_lead_to_a_person(assistant, token):
    ask(assistant, token, UNKNOWN)
    answered = assistant.store.context(token)
    assert answered.misses == 1
    last = ask(assistant, token, SURE)[1]
    assert assistant.rate(token, last.id, False, page_language="en")[1].kind == "rephrase"
    handed = ask(assistant, token, UNKNOWN)[1]
    assert handed.document["reason"] == "repeated_miss"


@pytest.mark.parametrize(
    ("text", "reason"), [("let me talk to a human", "asked"), ("This is ridiculous!!", "upset")]
)
def test_who_asks_for_a_person_or_is_upset_gets_one_at_once(assistant, token, text, reason):
    handed = ask(assistant, token, text)[1]
    assert handed.document["reason"] == reason
    assert handed.text.startswith(phrase(f"handoff_{reason}", "en"))


def test_the_button_calls_a_person_with_what_was_asked_last(assistant, token):
    ask(assistant, token, SURE)
    said = assistant.call_person(token, page_language="da")
    assert said[0].text == phrase("person_button", "da")
    assert said[1].text.startswith(phrase("handoff_asked", "da"))
    [ticket] = assistant.store.tickets()
    assert ticket.packet["question"] == SURE
    assert ticket.packet["found"][0]["article"] == "returns"


def test_a_call_in_words_carries_what_was_asked_before_and_not_what_reads_like_the_call(assistant, token):
    ask(assistant, token, SURE)
    ask(assistant, token, "let me talk to a human")
    [ticket] = assistant.store.tickets()
    assert (ticket.packet["question"], ticket.packet["found"][0]["article"]) == (SURE, "returns")


def test_a_call_in_words_before_anything_was_asked_finds_nothing(assistant, token):
    ask(assistant, token, "let me talk to a human")
    [ticket] = assistant.store.tickets()
    assert ticket.packet["found"] == []


def test_the_button_works_before_anything_was_asked(assistant, token):
    assert assistant.call_person(token, page_language="en")[1].kind == "handoff"
    assert assistant.store.tickets()[0].packet["question"] is None


def test_a_second_call_adds_to_the_open_ticket_and_asks_for_nothing_again(assistant, token):
    number = assistant.call_person(token, page_language="en")[1].document["ticket"]
    again = assistant.call_person(token, page_language="en")[1]
    assert again.text.startswith(phrase("handoff_already", "en", number=number))
    assert again.document["contact"] is False
    assert len(assistant.store.tickets()) == 1


@pytest.mark.parametrize("email", ["bo@example.com", ""])
def test_a_contact_is_asked_for_once_only_also_with_a_second_ticket(assistant, token, email):
    number = assistant.call_person(token, page_language="en")[1].document["ticket"]
    assistant.leave_contact(token, None, email, page_language="en")
    with assistant.store.ticket_turn(number) as turn:
        turn.handling(number).close(None)
    again = assistant.call_person(token, page_language="en")[1]
    assert again.document["ticket"] != number
    assert again.document["contact"] is False


def test_who_was_asked_in_vain_before_a_ticket_was_closed_can_leave_a_contact_on_the_next(assistant, token):
    assistant.call_person(token, page_language="en")
    assistant.customers.end(token, page_language="en")
    assert assistant.call_person(token, page_language="en")[1].document["contact"] is True


def test_a_contact_is_stored_on_the_ticket(assistant, token):
    number = assistant.call_person(token, page_language="en")[1].document["ticket"]
    [thanks] = assistant.leave_contact(token, " Bo\nBcc: x ", "bo@example.com", page_language="pl")
    assert thanks.text == phrase("contact_thanks", "pl", number=number)
    ticket = assistant.store.ticket(number)
    assert (ticket.name, ticket.email) == ("Bo Bcc: x", "bo@example.com")


@pytest.mark.parametrize(
    "email", ["bo", "bo@", "@x.dk", "bo@x", "a b@x.dk", "a@b.dk, c@d.dk", "x" * 300 + "@x.dk", "<a@b.dk>"]
)
def test_what_is_no_address_is_said_and_not_stored(assistant, token, email):
    number = assistant.call_person(token, page_language="en")[1].document["ticket"]
    [said] = assistant.leave_contact(token, "Bo", email, page_language="en")
    assert (said.kind, said.id) == ("error", 0)
    assert assistant.store.ticket(number).name is None


def test_a_contact_can_be_declined(assistant, token):
    assistant.call_person(token, page_language="en")
    [said] = assistant.leave_contact(token, None, " ", page_language="en")
    assert (said.kind, said.text) == ("contact", phrase("contact_skipped", "en", number=1))


def test_a_contact_without_a_ticket_has_no_place(assistant, token):
    assert assistant.leave_contact(token, "Bo", None, page_language="en") == ()


def test_without_an_index_a_person_is_called_and_the_question_kept(tmp_path):
    assistant = Assistant(FakeLive(None, "there is no index"), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    handed = ask(assistant, token, SURE)[1]
    assert handed.document["reason"] == "missing_knowledge"
    assert assistant.store.tickets()[0].packet["question"] == SURE
    assert ask(assistant, token, "hello")[1].kind == "small_talk"
    assert assistant.problems() == [NO_INDEX]
    assert assistant.example_questions("en") == ()
