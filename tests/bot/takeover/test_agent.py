import threading
from itertools import count

import pytest

from bot.access import audit
from bot.access.account import Accounts
from bot.access.user import User
from bot.database.engine import reading
from bot.message import Unreadable
from bot.phrase import LANGUAGES
from bot.state.store import Store, UnknownTicket
from bot.state.ticket import TicketRefused
from bot.takeover.agent import Agents
from bot.takeover.discretion import Discretion
from tests.bot.conftest import fake_assistant

KEYS = (f"key{number}" for number in count())


def key():
    return next(KEYS)


def said(store, token):
    """Who said what, without what was there before the agents."""
    return [(message.author, message.kind, message.text) for message in store.transcript(token)[1:]]


def kinds(store, token):
    return [kind for _, kind, _ in said(store, token)]


def test_the_customer_is_told_by_name_who_is_there(agents, store, token, number, maja):
    agents.take(number, maja, key())
    assert store.ticket(number).agent == "maja"
    assert said(store, token) == [
        ("bot", "joined", "You're now talking to Maja Holm, who can read everything above.")
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_customer_is_told_in_their_own_language(agents, store, code, maja):
    with store.turn(store.start("en").token) as turn:
        turn.speak(code, "en")
        number = turn.hand_over("asked", {}).number
    agents.take(number, maja, key())
    [line] = store.ticket_transcript(number)
    assert line.document["language"] == code
    assert "Maja Holm" in line.text
    assert ("now talking" in line.text) is (code == "en")


def test_what_the_agent_writes_stands_in_the_chat_under_their_name(agents, store, token, number, maja):
    agents.take(number, maja, key())
    message = agents.write(number, maja, "  Hello!\n\n\n\nI am looking.  ", key())
    assert (message.author, message.speaker, message.text) == (
        *("agent", "Maja Holm", "Hello!\n\nI am looking."),
    )
    assert store.transcript(token)[-1] == message
    assert store.ticket_events(number)[-1].kind == "agent_wrote"


def test_what_is_sent_twice_under_one_key_is_said_once(agents, store, token, number, maja):
    first, second, third = key(), key(), key()
    for _ in range(2):
        agents.take(number, maja, first)
        agents.write(number, maja, "Hello", second)
    for _ in range(2):
        agents.give_back(number, maja, third)
    assert kinds(store, token) == ["joined", "message", "handed_back"]
    assert [event.kind for event in store.ticket_events(number)] == [
        *("handed_over", "taken", "agent_wrote", "returned")
    ]


def test_taking_what_one_has_says_nothing_again(agents, store, token, number, maja):
    agents.take(number, maja, key())
    agents.take(number, maja, key())
    assert kinds(store, token) == ["joined"]


def test_of_many_agents_at_once_one_is_there_and_the_customer_hears_of_one(
    agents, store, accounts, token, number
):
    start, refused = threading.Barrier(8), []
    users = [accounts.add(f"agent{place}", "three quiet herons", "test").user for place in range(8)]

    def grab(user):
        start.wait()
        try:
            agents.take(number, user, key())
        except TicketRefused as error:
            refused.append(str(error))

    threads = [threading.Thread(target=grab, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holder = store.ticket(number).agent
    sentence = f"ticket {number} was taken by {holder}: pass it on to yourself, or leave a note"
    assert refused == [sentence] * 7
    assert len(said(store, token)) == 1


def test_messages_of_two_tabs_at_once_are_neither_lost_nor_doubled(agents, store, token, number, maja):
    agents.take(number, maja, key())
    keys = [key() for _ in range(10)]

    def send():
        for place, one in enumerate(keys):
            agents.write(number, maja, f"line {place}", one)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = [text for _, kind, text in said(store, token) if kind == "message"]
    assert texts == [f"line {place}" for place in range(10)]


def test_only_who_has_the_ticket_writes(agents, store, token, number, maja, bo):
    with pytest.raises(TicketRefused, match="nobody's at the moment: take it first"):
        agents.write(number, maja, "Hello", key())
    agents.take(number, maja, key())
    for act in (agents.give_back, agents.release, agents.close):
        with pytest.raises(TicketRefused, match="was taken by Maja Holm"):
            act(number, bo, key())
    with pytest.raises(TicketRefused, match="was taken by Maja Holm"):
        agents.write(number, bo, "Hello", key())
    assert kinds(store, token) == ["joined"]


def test_after_handing_back_one_takes_it_again_to_write(agents, store, token, number, maja):
    agents.take(number, maja, key())
    agents.give_back(number, maja, key())
    with pytest.raises(TicketRefused, match="take it first"):
        agents.write(number, maja, "Hello", key())
    agents.take(number, maja, key())
    agents.write(number, maja, "Hello", key())
    assert kinds(store, token) == ["joined", "handed_back", "joined", "message"]


def test_a_ticket_is_put_back_for_anybody(agents, store, token, number, maja, bo):
    agents.take(number, maja, key())
    agents.release(number, maja, key())
    assert store.ticket(number).status == "waiting"
    assert said(store, token)[-1][2].startswith("Maja Holm had to leave.")
    agents.take(number, bo, key())
    assert store.ticket(number).agent == "bo"


def test_a_ticket_is_passed_on_and_the_customer_is_told_to_whom(agents, store, token, number, maja, bo):
    agents.take(number, maja, key())
    agents.assign(number, maja, "bo", key())
    assert store.ticket(number).agent == "bo"
    assert said(store, token)[-1][2].startswith("Bo takes over from here")
    with pytest.raises(TicketRefused, match="taken by Bo"):
        agents.write(number, maja, "one more thing", key())
    agents.write(number, bo, "Hello", key())


def test_a_colleague_who_went_home_does_not_keep_the_ticket(agents, store, number, maja, bo):
    agents.take(number, maja, key())
    agents.assign(number, bo, "bo", key())
    assert store.ticket(number).agent == "bo"


@pytest.mark.parametrize("who", ["nobody", "local", "bo"])
def test_a_ticket_is_not_passed_on_to_who_can_t_sign_in(agents, accounts, number, maja, bo, who):
    accounts.disable("bo", "test")
    with pytest.raises(TicketRefused, match=f"to {who}, who can't sign in: choose another colleague"):
        agents.assign(number, maja, who, key())


@pytest.mark.parametrize("word", ["/end", " /END "])
def test_a_word_ends_the_conversation(agents, store, token, number, maja, word):
    agents.take(number, maja, key())
    assert agents.write(number, maja, word, key()) is None
    ticket = store.ticket(number)
    assert (ticket.status, ticket.closed_by) == ("closed", "agent")
    assert kinds(store, token) == ["joined", "ended"]


def test_a_ticket_that_nobody_has_is_closed_by_anybody_once(agents, store, number, bo):
    agents.close(number, bo, key())
    with pytest.raises(TicketRefused, match="closed already"):
        agents.close(number, bo, key())
    assert store.ticket(number).status == "closed"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("  \n ", "nothing to send"),
        ("x " * 1001, "2002 characters, and at most 2000"),
        ("\0PNG" * 100, "contents of a file"),
    ],
)
def test_a_text_that_can_t_be_sent_is_refused_with_the_reason(agents, number, maja, text, sentence):
    agents.take(number, maja, key())
    with pytest.raises(Unreadable, match=sentence):
        agents.write(number, maja, text, key())
    with pytest.raises(Unreadable, match=sentence):
        agents.note(number, maja, text, key())


def test_a_sign_alone_can_be_said_among_people(agents, number, maja):
    agents.take(number, maja, key())
    assert agents.write(number, maja, "👍", key()).text == "👍"


def test_what_articles_for_agents_say_is_not_sent(agents, store, token, number, maja):
    agents.take(number, maja, key())
    with pytest.raises(Unreadable, match="quotes “Goodwill limits”, which is for agents only"):
        agents.write(number, maja, "Well:\nAgents may give 150 kroner per case.", key())
    agents.note(number, maja, "Agents may give 150 kroner per case.", key())
    assert kinds(store, token) == ["joined"]


def test_a_note_that_was_written_on_after_a_lost_answer_is_kept_once_and_no_word_is_lost(
    agents, store, number, maja
):
    one = key()
    for text in ("a regular", "a regular, be generous", "a regular", "be quick"):
        agents.note(number, maja, text, one)
    assert [note.text for note in store.ticket_notes(number)] == ["a regular, be generous", "be quick"]


def test_a_note_is_for_colleagues_and_kept_once(agents, store, token, number, maja, bo):
    one = key()
    for _ in range(2):
        agents.note(number, bo, "a regular:\nbe generous", one)
    [note] = store.ticket_notes(number)
    assert (note.author, note.shown, note.text) == ("bo", "Bo", "a regular:\nbe generous")
    assert said(store, token) == []


def test_what_was_seen_counts_for_who_has_the_ticket(agents, store, number, maja, bo):
    assert agents.talks_in(number, maja) is None
    agents.take(number, maja, key())
    assert agents.talks_in(number, bo) is None
    assert agents.talks_in(number, maja) == store.ticket(number).conversation
    agents.give_back(number, maja, key())
    assert agents.talks_in(number, maja) is None


def test_that_an_agent_saw_the_contact_is_recorded_once_a_day(agents, assistant, accounts, number, maja, bo):
    store = assistant.store

    def sights():
        with reading(store.engine) as session:
            only = audit.EntryFilter(action="contact viewed")
            return sorted((one.who, one.what) for one in audit.entries(session, only))

    agents.contact_seen(number, maja)
    assert sights() == []  # there is none yet
    with store.ticket_turn(number) as turn:
        turn.leave_contact(number, "Jo", "jo@example.com")
    for _ in range(3):
        agents.contact_seen(number, maja)
    agents.contact_seen(number, bo)
    after_a_restart = type(agents)(store, accounts, agents._discretion, assistant.settings)
    after_a_restart.contact_seen(number, maja)
    assert sights() == [("bo", f"ticket {number}"), ("maja", f"ticket {number}")]


def test_several_pages_that_show_the_contact_at_once_record_one_sight(tmp_path, database):
    assistant = fake_assistant(tmp_path, database_url=database)
    token = assistant.open(None, "en").token
    assistant.call_person(token, page_language="en")
    assistant.leave_contact(token, "Jo", "jo@example.com", page_language="en")
    number = assistant.store.last_ticket(token).number
    maja = User("maja", "Maja Holm", "agent")
    several = [
        Agents(Store.open(database, tmp_path), Accounts(assistant.store.engine), None, assistant.settings)
        for _ in range(4)
    ]
    threads = [threading.Thread(target=one.contact_seen, args=(number, maja)) for one in several]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(assistant.store.engine) as session:
        assert len(list(audit.entries(session, audit.EntryFilter(action="contact viewed")))) == 1


@pytest.mark.parametrize("text", ["a" * 2000, "Donaudampfschifffahrtsgesellschaft" * 50])
def test_long_words_are_no_file_and_go_out(agents, store, number, maja, text):
    agents.take(number, maja, key())
    assert agents.write(number, maja, text, key()).text == text


def test_a_ticket_that_is_not_there_is_named(agents, maja):
    for act in (agents.take, agents.close):
        with pytest.raises(UnknownTicket, match="no ticket 999"):
            act(999, maja, key())


def test_trying_again_to_tell_somebody_wakes_whoever_tells(assistant, accounts, number):
    woken = []
    agents = Agents(
        assistant.store, accounts, Discretion(assistant.live), assistant.settings, lambda: woken.append(1)
    )
    agents.tell_again(number)
    assert woken == [1]
