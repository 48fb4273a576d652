from datetime import UTC, datetime, timedelta

import pytest

from bot.access.user import LOCAL
from bot.conversation.outlook import at_handover, outlook, shown
from bot.pages.bubble import bubbles
from bot.phrase import LANGUAGES
from bot.state.presence import Presence
from bot.waiting.hours import Hours
from bot.waiting.promise import Promise
from tests.bot.conftest import fake_assistant
from tests.bot.fakes import settings
from tests.bot.notify.receivers import mail_settings

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
OFFICE = Hours.model_validate({"zone": "Europe/Copenhagen", "tuesday": "9:00-17:00"})


@pytest.fixture
def ticket(tmp_path):
    assistant = fake_assistant(tmp_path)
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")
    with assistant.store.turn(token) as turn:
        turn.leave_contact(turn.ticket().number, None, "bo@example.com", "+45 12 34 56 78")
    return assistant.store.last_ticket(token)


def told(promise, ticket, language="en", **given):
    return outlook(promise, ticket, language, settings(**given), NOW)


def test_a_wait_is_told_as_a_range_with_the_place_in_line(ticket):
    assert told(Promise("wait", NOW, (10, 20), ahead=3), ticket) == (
        "Ahead of you in line: 3. Expected wait: 10 to 20 minutes."
    )
    assert told(Promise("wait", NOW, (0, 1)), ticket) == (
        "You're next in line. Expected wait: about a minute."
    )


def test_a_wait_that_may_end_after_closing_time_says_so(ticket):
    assert told(Promise("wait", NOW, (30, 60), closes=True), ticket).endswith(
        "We may close before that; then we carry on as soon as we open again."
    )


def test_what_is_not_known_is_said_to_be_so_and_when_the_customer_hears_again(ticket):
    unknown = Promise("unknown", NOW)
    assert told(unknown, ticket) == "I can't say yet how long it will take."
    first = at_handover(unknown, ticket, "en", settings(wait_longest_minutes=15), NOW)
    assert "If nobody has come within 15 minutes, I'll tell you" in first


def test_outside_the_hours_the_next_opening_is_told_in_the_customer_s_words(ticket):
    opening = Promise("opening", NOW, at=NOW.replace(hour=8) + timedelta(days=1))
    assert told(opening, ticket, hours=OFFICE) == (
        "We're closed right now. We open tomorrow at 9:00 (Copenhagen time), "
        "and then someone will look at it."
    )
    assert "i morgen kl. 9.00 (tid i København)" in told(opening, ticket, "da", hours=OFFICE)


def test_hours_that_an_operator_gave_in_words_are_told_where_none_can_be_reckoned_with(ticket):
    words = {"person_hours": {"en": "Monday to Friday, 9 to 17"}}
    assert "Monday to Friday, 9 to 17" in told(Promise("never", None), ticket, **words)
    assert "Monday to Friday" in at_handover(Promise("unknown", NOW), ticket, "en", settings(**words), NOW)
    assert told(Promise("never", None), ticket).startswith("I can't promise you a time")


def test_a_promised_answer_says_where_to_and_by_when(ticket):
    until = NOW + timedelta(hours=8)
    assert told(Promise("email", until), ticket) == (
        "A colleague will answer you by e-mail to bo@example.com, at the latest in 8 hours."
    )
    assert told(Promise("call", until), ticket, hours=OFFICE) == (
        "A colleague will call you on +45\u00a012\u00a034\u00a056\u00a078, "
        "at the latest today at 19:00 (Copenhagen time)."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_promise_has_words_in_every_language(ticket, language):
    tomorrow = NOW + timedelta(days=1)
    promises = (
        Promise("wait", NOW, (5, 10), ahead=2, closes=True),
        Promise("unknown", NOW),
        Promise("opening", tomorrow, at=tomorrow),
        Promise("never", None),
        Promise("email", tomorrow),
        Promise("call", tomorrow),
    )
    said = [told(promise, ticket, language, hours=OFFICE) for promise in promises]
    assert len(set(said)) == len(said)
    assert not any("{" in one for one in said)


# From the database as it is


def handed_over(assistant, language="en"):
    token = assistant.open(None, language).token
    said = assistant.call_person(token, page_language=language)
    return assistant.store.last_ticket(token), said[-1].text


def test_with_somebody_free_at_the_desk_the_customer_hears_of_minutes(tmp_path):
    assistant = fake_assistant(tmp_path)
    Presence(assistant.store.engine).seen(LOCAL, datetime.now(UTC))
    ticket, said = handed_over(assistant)
    assert "You're next in line. Expected wait: up to 5 minutes." in said
    assert abs(ticket.promised_until - ticket.created - timedelta(minutes=5)) < timedelta(seconds=5)
    event = assistant.store.ticket_events(ticket.number)[-1]
    assert (event.kind, event.details["minutes"]) == ("promised", [0, 5])


def test_an_answer_by_mail_with_a_link_back_is_offered_where_mail_can_be_sent(tmp_path):
    mail = {"mail": mail_settings(25), "public_url": "https://help.kestrel.example"}
    for name, given, offered in (("with", mail, True), ("without", {}, False)):
        assistant = fake_assistant(tmp_path / name, **given)
        said = assistant.call_person(assistant.open(None, "en").token, page_language="en")
        shown = bubbles(said, "en")[-1]["html"]
        assert "Leave an e-mail address" in shown
        assert ("with a link back to this conversation" in shown) is offered


def test_with_nobody_at_the_desk_the_customer_hears_that_it_is_not_known(tmp_path):
    ticket, said = handed_over(fake_assistant(tmp_path), "da")
    assert "Jeg kan endnu ikke sige, hvor lang tid det tager." in said
    assert "inden for 10 minutter" in said
    assert ticket.promise["kind"] == "unknown"


def test_the_hours_of_the_ticket_s_queue_count(tmp_path):
    queue = {"name": "Night", "hours": {"zone": "UTC", "holidays": []}}
    assistant = fake_assistant(tmp_path, queues=[queue], hours={"monday": "0:00-24:00"})
    ticket, said = handed_over(assistant)
    assert (ticket.queue, ticket.promise["kind"]) == ("Night", "never")
    assert "I can't promise you a time" in said


def test_who_calls_again_while_waiting_hears_how_long_it_is_now(tmp_path):
    assistant = fake_assistant(tmp_path)
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")
    Presence(assistant.store.engine).seen(LOCAL, datetime.now(UTC))
    said = assistant.call_person(token, page_language="en")[-1].text
    assert said.startswith("A colleague has already been called, under number 1")
    assert said.endswith("Expected wait: up to 5 minutes.")


def test_the_page_shows_the_outlook_only_while_somebody_is_waited_for(tmp_path):
    assistant = fake_assistant(tmp_path)
    ticket, _ = handed_over(assistant)
    assert shown(ticket, "en", assistant.settings, NOW) == "I can't say yet how long it will take."
    with assistant.store.ticket_turn(ticket.number) as turn:
        turn.handling().take(LOCAL)
    assert shown(assistant.store.ticket(ticket.number), "en", assistant.settings, NOW) is None
