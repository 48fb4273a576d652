import threading
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.access.user import User
from bot.conversation import customer
from bot.pages.person import person
from bot.phrase import phrase
from bot.waiting.priority import DANGER
from tests.bot.conftest import fake_assistant
from tests.bot.notify.receivers import mail_settings

MAJA = User("maja", "Maja Holm", "agent")
SURE = "How do I send something back?"
UNKNOWN = "Quantum entanglement of hedgehogs"


@pytest.fixture
def assistant(tmp_path):
    return fake_assistant(tmp_path)


@pytest.fixture
def token(assistant):
    return assistant.open(None, "en").token


@pytest.fixture
def taken(assistant, token):
    """The token of a conversation that an agent is in."""
    assistant.call_person(token, page_language="en")
    act(assistant, token, "take", MAJA)
    return token


def act(assistant, token, name, *what):
    number = assistant.store.last_ticket(token).number
    with assistant.store.ticket_turn(number) as turn:
        getattr(turn.handling(number), name)(*what)


def ask(assistant, token, text, key=None):
    return assistant.ask(token, text, page_language="en", key=key)


def status(assistant, token):
    return assistant.store.last_ticket(token).status


def kinds(messages):
    return [(message.author, message.kind) for message in messages]


def test_while_a_person_is_there_a_message_is_theirs_and_the_bot_is_silent(assistant, taken, monkeypatch):
    monkeypatch.setattr(type(assistant.live.index), "search", lambda *_, **__: pytest.fail("it was searched"))
    said = ask(assistant, taken, SURE)
    assert kinds(said) == [("customer", "message")]
    number = assistant.store.last_ticket(taken).number
    last = assistant.store.ticket_events(number)[-1]
    assert (last.kind, last.by, last.details) == (
        "customer_wrote",
        "customer",
        {"sequence": said[0].sequence},
    )


def test_a_message_to_a_person_reads_nothing_of_what_was_turned_down(assistant, taken):
    read = []
    event.listen(
        assistant.store.engine, "before_cursor_execute", lambda *given: read.append(given[2].casefold())
    )
    ask(assistant, taken, "are you there?")
    assert any("from conversations" in one for one in read)
    assert [one for one in read if "turned_down" in one.partition("where")[0]] == []


def test_danger_told_to_a_person_is_answered_at_once_and_raises_the_ticket(assistant, taken):
    said = ask(assistant, taken, "The battery is smoking!", "d1")
    assert kinds(said) == [("customer", "message"), ("bot", "danger")]
    assert said[1].text == phrase("danger", "en")
    assert ask(assistant, taken, "The battery is smoking!", "d1") == said
    ticket = assistant.store.last_ticket(taken)
    assert (ticket.status, ticket.agent, ticket.reason) == ("taken", "maja", "danger")
    assert ticket.distress >= DANGER
    assert ticket.packet["later"][-1]["question"] == "The battery is smoking!"
    assert ticket.packet["transcript"][-1]["text"] == "The battery is smoking!"
    last = assistant.store.ticket_events(ticket.number)[-1]
    assert (last.kind, last.details["reason"]) == ("called", "danger")


def test_who_goes_on_about_the_same_danger_is_warned_again_only_after_a_while(assistant, taken, monkeypatch):
    ask(assistant, taken, "The battery is smoking!")
    number = assistant.store.last_ticket(taken).number
    assert kinds(ask(assistant, taken, "It caught fire!")) == [("customer", "message")]
    monkeypatch.setattr(customer, "WARNED_FOR", timedelta(0))
    assert kinds(ask(assistant, taken, "It is in flames!")) == [("customer", "message"), ("bot", "danger")]
    events = [one.kind for one in assistant.store.ticket_events(number)]
    assert events.count("called") == 1


def test_who_was_warned_by_the_assistant_is_not_warned_again_as_soon_as_a_person_comes(assistant, token):
    ask(assistant, token, "The battery is smoking!")
    act(assistant, token, "take", MAJA)
    assert kinds(ask(assistant, token, "It caught fire!")) == [("customer", "message")]


def test_a_danger_is_told_in_the_language_that_it_is_reported_in(assistant, taken):
    assert ask(assistant, taken, "电池冒烟了")[1].text == phrase("danger", "zh")


def test_a_question_to_a_person_about_danger_is_theirs_alone(assistant, taken):
    said = ask(assistant, taken, "What should I do if the battery catches fire?")
    assert kinds(said) == [("customer", "message")]
    assert assistant.store.last_ticket(taken).reason == "asked"


def test_a_message_to_a_person_keeps_its_lines_and_may_be_a_mere_symbol(assistant, taken):
    assert (
        ask(assistant, taken, "Main Street 5\n\n\n\n8000 Aarhus ")[0].text == "Main Street 5\n\n8000 Aarhus"
    )
    assert ask(assistant, taken, "👍")[0].text == "👍"


def test_what_can_t_be_read_is_refused_here_too_and_not_stored(assistant, taken):
    before = assistant.transcript(taken)
    assert [message.kind for message in ask(assistant, taken, "  ")] == ["error"]
    assert [message.kind for message in ask(assistant, taken, "x " * 2000)] == ["error"]
    assert assistant.transcript(taken) == before


@pytest.mark.parametrize("language", ["en", "da", "pl", "ar", "zh"])
@pytest.mark.parametrize(
    ("text", "key"), [("x " * 2000, "person_too_long"), ("\0" * 40 + "abc", "person_binary")]
)
def test_nobody_speaks_for_the_person_where_a_message_is_refused(assistant, taken, text, key, language):
    [refusal] = assistant.ask(taken, text, page_language=language)
    assert refusal.text == phrase(key, language, length=len(text), limit=2000)


def test_a_long_word_is_no_file_to_a_person(assistant, taken):
    assert ask(assistant, taken, "a" * 2000)[0].text == "a" * 2000


def test_an_open_matter_is_not_rated(assistant, taken):
    assert assistant.customers.rate(taken, 5, "", page_language="en") == ()
    assert assistant.store.last_ticket(taken).rating is None


def test_a_message_sent_twice_under_its_key_is_stored_once(assistant, taken):
    first = ask(assistant, taken, "are you there?", "k1")
    assert ask(assistant, taken, "are you there?", "k1") == first
    act(assistant, taken, "give_back", MAJA)
    assert ask(assistant, taken, "are you there?", "k1") == first
    assert sum(message.text == "are you there?" for message in assistant.transcript(taken)) == 1


@pytest.mark.parametrize("press", ["choose", "none_of_these", "rate", "call_person"])
def test_no_button_of_before_makes_the_bot_speak_while_a_person_is_there(assistant, token, press):
    answered = ask(assistant, token, SURE)[1]
    assistant.call_person(token, page_language="en")
    act(assistant, token, "take", MAJA)
    before = len(assistant.transcript(token))
    what = {"choose": ("returns",), "rate": (answered.id, False)}.get(press, ())
    getattr(assistant, press)(token, *what, page_language="en")
    assert all(message.author == "customer" for message in assistant.transcript(token)[before:])


def test_who_comes_while_the_bot_is_thinking_has_the_word(assistant, token, monkeypatch):
    assistant.call_person(token, page_language="en")
    index = type(assistant.live.index)
    search = index.search

    def slow(*given, **more):
        act(assistant, token, "take", MAJA)
        return search(*given, **more)

    monkeypatch.setattr(index, "search", slow)
    assert kinds(ask(assistant, token, SURE)) == [("customer", "message")]


def test_the_bot_answers_again_once_the_agent_gives_back_or_the_customer_goes_back(assistant, taken):
    act(assistant, taken, "give_back", MAJA)
    assert ask(assistant, taken, SURE)[1].kind == "answer"
    act(assistant, taken, "take", MAJA)
    [line] = assistant.customers.back(taken, page_language="da", key="b1")
    assert line.text == phrase("customer_back", "da", agent="Maja Holm")
    assert assistant.customers.back(taken, page_language="da", key="b1") == (line,)
    assert assistant.customers.back(taken, page_language="da", key="b2") == ()
    assert ask(assistant, taken, SURE)[1].kind == "answer"
    assert status(assistant, taken) == "returned"


def test_while_a_person_is_waited_for_the_bot_helps_on_and_says_that_one_is_called(assistant, token):
    number = assistant.call_person(token, page_language="en")[1].document["ticket"]
    answered = ask(assistant, token, SURE)[1]
    assert answered.kind == "answer"
    assert answered.document["opening"] == phrase("while_waiting", "en")
    offered = ask(assistant, token, "a parcel with a gift")[1]
    assert offered.kind == "suggestions"
    assert offered.document["opening"] == phrase("while_waiting_choice", "en")
    noted = ask(assistant, token, UNKNOWN)[1]
    assert (noted.kind, noted.text) == ("handoff", phrase("handoff_already", "en", number=number))
    packet = assistant.store.ticket(number).packet
    assert packet["later"][-1]["question"] == UNKNOWN
    assert [line.text for line in assistant.store.ticket_transcript(number)].count(UNKNOWN) == 1


def test_who_is_in_an_earlier_ticket_that_was_opened_again_has_the_word(assistant, taken):
    act(assistant, taken, "close", MAJA)
    first = assistant.store.last_ticket(taken).number
    assistant.call_person(taken, page_language="en")
    act(assistant, taken, "close", MAJA)
    with assistant.store.ticket_turn(first) as turn:
        turn.handling(first).take(MAJA)
    assert kinds(ask(assistant, taken, SURE)) == [("customer", "message")]
    assert kinds(ask(assistant, taken, "/end")) == [("bot", "ended")]
    assert assistant.store.ticket(first).status == "closed"


@pytest.mark.parametrize("word", ["/end", " /END\n"])
def test_the_customer_ends_the_chat_by_a_word_and_is_asked_how_it_was(assistant, taken, word):
    [line] = ask(assistant, taken, word, "e1")
    assert (line.kind, line.text) == ("ended", phrase("customer_ended", "en", agent="Maja Holm"))
    ticket = assistant.store.last_ticket(taken)
    assert (ticket.status, ticket.closed_by) == ("closed", "customer")
    assert ask(assistant, taken, word, "e1") == (line,)
    assert [message.id for message in ask(assistant, taken, word, "e2")] == [0]
    assert ask(assistant, taken, SURE)[1].kind == "answer"


def test_what_is_written_after_the_word_and_many_spaces_does_not_end_the_chat(assistant, taken):
    assert kinds(ask(assistant, taken, f"/end{' ' * 2000}of the street")) == [("bot", "error")]
    assert status(assistant, taken) == "taken"


def test_who_never_spoke_to_a_person_is_not_asked_how_it_was(assistant, token):
    assistant.call_person(token, page_language="en")
    [line] = assistant.customers.end(token, page_language="en")
    assert line.kind == "withdrawn"
    assert status(assistant, token) == "closed"


def test_whoever_ends_it_after_it_was_put_back_reads_no_name_of_nobody(assistant, taken):
    act(assistant, taken, "release", MAJA)
    number = assistant.store.last_ticket(taken).number
    [line] = assistant.customers.end(taken, page_language="en")
    assert (line.kind, line.text) == ("ended", phrase("customer_withdrew", "en", number=number))


def test_a_solved_matter_is_reviewed_in_two_steps(assistant, taken):
    act(assistant, taken, "close", MAJA)
    customers = assistant.customers
    said = customers.solved(taken, True, page_language="en", key="s1")
    assert kinds(said) == [("customer", "review"), ("bot", "solved")]
    assert customers.solved(taken, True, page_language="en", key="s1") == said
    reviewed = customers.rate(taken, 4, "friendly\nand quick", page_language="en", key="r1")
    assert reviewed[0].text == "4 of 5\nfriendly\nand quick"
    ticket = assistant.store.last_ticket(taken)
    assert (ticket.solved, ticket.rating, ticket.comment) == (True, 4, "friendly\nand quick")


@pytest.mark.parametrize("rating", [None, 0, 6, -1])
def test_no_rating_and_one_out_of_range_store_nothing(assistant, taken, rating):
    act(assistant, taken, "close", MAJA)
    assistant.customers.solved(taken, True, page_language="en")
    [line] = assistant.customers.rate(taken, rating, "", page_language="en")
    assert line.text == phrase("rating_declined", "en")
    assert assistant.store.last_ticket(taken).rating is None


def test_an_unsolved_matter_is_opened_again_at_the_same_agent(assistant, taken):
    act(assistant, taken, "close", MAJA)
    said = assistant.customers.solved(taken, False, page_language="en")
    assert said[1].text == phrase("reopened_at", "en", agent="Maja Holm")
    ticket = assistant.store.last_ticket(taken)
    assert (ticket.status, ticket.agent, ticket.reopened) == ("waiting", "maja", 1)
    assert assistant.customers.solved(taken, False, page_language="en") == ()


def test_silence_says_nothing_in_a_persons_chat_nor_after_it(tmp_path):
    assistant = fake_assistant(tmp_path, silence_minutes=0.0001)
    token = assistant.open(None, "en").token
    ask(assistant, token, SURE)
    assistant.call_person(token, page_language="en")
    for move in (("take", MAJA), ("give_back", MAJA), ("take", MAJA), ("close", None)):
        act(assistant, token, *move)
        if move[0] == "close":
            assistant.customers.solved(token, True, page_language="en")
        assert assistant.silence(token).seconds is None, move
        assert assistant.break_silence(token, page_language="en") == ()


def test_customer_and_agent_who_end_at_the_same_moment_end_it_once(assistant, taken):
    said = []

    def end(key):
        said.extend(assistant.customers.end(taken, page_language="en", key=key))

    threads = [threading.Thread(target=end, args=(f"k{place}",)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(message.kind == "ended" for message in said) == 1
    assert sum(message.kind == "ended" for message in assistant.transcript(taken)) == 1


def test_programs_are_told_that_a_person_has_the_conversation(assistant, taken):
    from bot.routes.api import _last_said

    document = _last_said(ask(assistant, taken, "hello?"))
    assert document["kind"] == "with_person"


def test_who_begins_anew_leaves_the_matter_open_and_the_agent_sees_it(assistant, taken):
    [line] = assistant.customers.part(taken, False, page_language="en", key="p1")
    ticket = assistant.store.last_ticket(taken)
    assert line.text == phrase("moved_on", "en", number=ticket.number)
    assert assistant.customers.part(taken, False, page_language="en", key="p1") == (line,)
    assert ticket.status == "taken"
    assert [one.kind for one in assistant.store.ticket_events(ticket.number)].count("moved_on") == 1


def test_who_begins_anew_can_close_the_matter(assistant, taken):
    assistant.customers.part(taken, True, page_language="en", key="p1")
    assert status(assistant, taken) == "closed"
    assert assistant.customers.part(taken, False, page_language="en") == ()


def test_what_becomes_of_an_open_matter_is_said_truthfully(tmp_path):
    assistant = fake_assistant(tmp_path, mail=mail_settings(25), public_url="https://help.x.example")
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")

    def says():
        return person(assistant.store.last_ticket(token), "en", assistant.settings)["parting"]

    assert "their answer can't reach you" in says()
    assistant.leave_contact(token, None, "jo@example.com", page_language="en")
    assert "the answer reaches you at jo@example.com" in says()
    assistant.customers.end(token, page_language="en")
    assert says() == ""


def test_who_left_an_address_that_no_mail_goes_to_by_itself_is_not_told_otherwise(assistant, taken):
    """Nor that they have left none, and to leave it once more."""
    assistant.leave_contact(taken, None, "jo@example.com", page_language="en")
    says = person(assistant.store.last_ticket(taken), "en", assistant.settings)["parting"]
    assert "doesn't reach you by itself; they have your address, jo@example.com" in says
    assert phrase("contact_invitation", "en").startswith("Leave an e-mail address, so that my colleagues can")
