import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bot.answer.decide import Context
from bot.database.engine import FILE_NAME, StateError
from bot.state.record import Marks
from bot.state.store import Store, UnknownConversation, UnknownTicket


@pytest.fixture
def store(database, tmp_path):
    return Store.open(database, tmp_path)


@pytest.fixture
def token(store):
    return store.start("en").token


def say(store, token, *texts, author="customer"):
    with store.turn(token) as turn:
        return [turn.say(author, text, "question") for text in texts]


def test_a_conversation_is_found_again_by_its_token_only(store):
    begun = store.start("da")
    assert store.conversation(begun.token) == begun
    assert store.conversation("another") is None
    assert store.conversation("\ud800") is None
    with pytest.raises(UnknownConversation):
        store.transcript("another")
    with pytest.raises(UnknownConversation), store.turn("another"):
        pass


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_token_has_128_random_bits_and_is_not_in_the_database(store, token, tmp_path):
    assert len(token) >= 22
    assert store.start("en").token != token
    store.close()
    assert token.encode() not in (tmp_path / FILE_NAME).read_bytes()


def test_messages_come_back_in_order_as_they_were_said(store, token):
    say(store, token, "hello", "مرحبا", "你好 😀")
    transcript = store.transcript(token)
    assert [message.text for message in transcript] == ["hello", "مرحبا", "你好 😀"]
    assert [message.sequence for message in transcript] == [1, 2, 3]
    assert datetime.now(UTC) - transcript[0].created < timedelta(seconds=10)


def test_one_conversation_does_not_see_another(store, token):
    other = store.start("en").token
    [message] = say(store, token, "mine")
    say(store, other, "theirs")
    assert [one.text for one in store.transcript(other)] == ["theirs"]
    with store.turn(other) as turn:
        turn.rate(message.id, helpful=False)
        assert turn.message(message.id) is None
    assert store.transcript(token)[0].helpful is None


def test_a_turn_that_fails_leaves_nothing(store, token):
    with pytest.raises(ZeroDivisionError), store.turn(token) as turn:
        _do_much_and_fail(turn)
    assert store.transcript(token) == ()
    assert store.context(token) == Context()
    assert store.tickets() == ()


def _do_much_and_fail(turn):
    turn.say("customer", "lost", "question")
    turn.turn_down(["returns"])
    turn.hand_over("asked", {})
    return 1 / 0


def test_the_same_key_is_stored_once_with_its_replies(store, token):
    with store.turn(token) as turn:
        assert turn.told_before("k") == ()
        heard = turn.say("customer", "hello", "question", key="k")
        reply = turn.say("bot", "hi", "small_talk", replies_to=heard.id)
    with store.turn(token) as turn:
        assert turn.told_before("k") == (heard, reply)
        assert turn.told_before(None) == ()
    with pytest.raises(StateError), store.turn(token) as turn:
        turn.say("customer", "hello again", "question", key="k")


def test_two_conversations_may_use_the_same_key(store, token):
    for one in (token, store.start("en").token):
        with store.turn(one) as turn:
            turn.say("customer", "hello", "question", key="1")


def test_many_writers_lose_double_and_disorder_nothing(store, token):
    def write(name: int) -> None:
        for number in range(10):
            say(store, token, f"{name}.{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    transcript = store.transcript(token)
    assert [message.sequence for message in transcript] == list(range(1, 61))
    for name in range(6):
        mine = [message.text for message in transcript if message.text.startswith(f"{name}.")]
        assert mine == [f"{name}.{number}" for number in range(10)]


def test_a_writer_waits_for_another_one(store, token):
    with store.turn(token) as turn:
        turn.say("customer", "first", "question")
        waiting = threading.Thread(target=say, args=(store, token, "second"))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join()
    assert [message.text for message in store.transcript(token)] == ["first", "second"]


def test_the_context_is_what_the_turns_made_it(store, token):
    with store.turn(token) as turn:
        turn.speak("da", "pl")
        turn.count_misses(2)
        turn.turn_down(["returns", "delivery"])
        turn.turn_down(["returns"])
    assert store.context(token) == Context(2, frozenset({"returns", "delivery"}), "da")
    conversation = store.conversation(token)
    assert (conversation.language, conversation.page_language) == ("da", "pl")
    assert conversation.updated > conversation.created


def test_a_language_that_is_not_known_leaves_the_one_before(store, token):
    with store.turn(token) as turn:
        turn.speak("da", "en")
    with store.turn(token) as turn:
        turn.speak(None, "en")
    assert store.context(token).language == "da"


def test_thumbs_are_kept_with_their_message(store, token):
    [message] = say(store, token, "an answer", author="bot")
    with store.turn(token) as turn:
        turn.rate(message.id, helpful=True)
    assert store.transcript(token)[0].helpful is True


def test_a_conversation_has_one_open_ticket(store, token):
    with store.turn(token) as turn:
        first = turn.hand_over("asked", {"question": "why?"})
    with store.turn(token) as turn:
        again = turn.hand_over("upset", {"question": "again"})
    assert store.tickets("waiting") == (again,)
    assert store.conversation(token).ticket == again
    assert (again.number, again.reason, again.waiting_since) == (first.number, "asked", first.waiting_since)
    assert again.packet["question"] == "why?"
    assert [call["question"] for call in again.packet["later"]] == ["again"]
    assert again.distress > first.distress
    assert store.open_tickets() == 1


def test_a_closed_ticket_stays_and_the_next_one_keeps_the_contact(store, token):
    with store.turn(token) as turn:
        first = turn.hand_over("asked", {})
        turn.leave_contact(first.number, "Bo", "bo@example.com")
    with store.ticket_turn(first.number) as turn:
        turn.handling().close(None)
    with store.turn(token) as turn:
        second = turn.hand_over("upset", {})
    assert second.number > first.number
    assert (second.name, second.email) == ("Bo", "bo@example.com")
    assert second.packet["contact"] == {"name": "Bo", "email": "bo@example.com", "phone": None}
    assert [ticket.number for ticket in store.tickets()] == [first.number, second.number]
    assert [ticket.number for ticket in store.tickets("closed")] == [first.number]
    assert store.closed_tickets(5) == store.tickets("closed")


def test_the_latest_ticket_is_the_open_one_else_the_one_that_was_closed_last(store, token):
    conversation = store.conversation(token).id

    def latest():
        with store.turn(token) as turn:
            numbers = {turn.last_ticket().number, turn.handling().ticket.number}
        return {*numbers, store.last_ticket(token).number, store.news(conversation, 0).ticket.number}

    def act(number, name, *what):
        with store.ticket_turn(number) as turn:
            getattr(turn.handling(number), name)(*what)

    numbers = []
    for _ in range(2):
        with store.turn(token) as turn:
            numbers.append(turn.hand_over("asked", {}).number)
        act(numbers[-1], "close", None)
    assert latest() == {numbers[1]}
    act(numbers[0], "reopen")
    assert latest() == {numbers[0]}
    with store.turn(token) as turn:
        assert turn.hand_over("upset", {}).number == numbers[0]
    act(numbers[0], "close", None)
    assert latest() == {numbers[0]}


def test_a_contact_is_left_on_one_s_own_ticket_only(store, token):
    with store.turn(token) as turn:
        ticket = turn.hand_over("asked", {})
    with store.turn(store.start("en").token) as turn:
        turn.leave_contact(ticket.number, "Eve", "eve@example.com")
    assert store.ticket(ticket.number).email is None


def test_a_ticket_shows_what_was_said_after_it_too(store, token):
    with store.turn(token) as turn:
        ticket = turn.hand_over("asked", {})
    say(store, token, "one more thing")
    assert [message.text for message in store.ticket_transcript(ticket.number)] == ["one more thing"]
    assert store.ticket_transcript(999) == ()
    assert store.ticket(999) is None
    with pytest.raises(UnknownTicket), store.ticket_turn(999):
        pass


def test_everything_is_there_after_a_restart(store, token, database, tmp_path):
    say(store, token, "hello")
    with store.turn(token) as turn:
        ticket = turn.hand_over("asked", {"a": [1, None, "ø"]})
    store.close()
    again = Store.open(database, tmp_path)
    assert [message.text for message in again.transcript(token)] == ["hello"]
    assert again.ticket(ticket.number) == ticket


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_locked_by_another_program_is_told(store, token, tmp_path):
    with store.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError, match="locked"):
        say(store, token, "hello")
    other.execute("ROLLBACK")
    say(store, token, "hello")


def test_every_change_is_told_after_it_is_stored_and_raises_the_revision(store, token):
    number = store.conversation(token).id
    told = []
    store.listen(lambda conversation, _: told.append((conversation, len(store.transcript(token)))))
    say(store, token, "one")
    say(store, token, "two", "three")
    assert told == [(number, 1), (number, 3)]
    assert store.revisions([number, 999]) == {number: 2}


def test_who_has_written_is_told_with_a_change(store, token):
    told = []
    store.listen(lambda _, writers: told.append(writers))
    with store.turn(token) as turn:
        turn.say("customer", "where is it?", "question")
        turn.say("bot", "on its way", "answer")
    with store.turn(token) as turn:
        turn.count_misses(1)
    store.mark(store.conversation(token).id, "desk", seen=1)
    assert told == [{"customer", "bot"}, set(), set()]


def test_a_turn_that_fails_is_not_told(store, token):
    told = []
    store.listen(lambda *what: told.append(what))
    with pytest.raises(ZeroDivisionError), store.turn(token) as turn:
        _do_much_and_fail(turn)
    assert told == []


def test_marks_only_rise_and_not_beyond_the_last_message(store, token):
    say(store, token, "one", "two", "three")
    number = store.conversation(token).id
    told = []
    store.listen(lambda conversation, _: told.append(conversation))
    store.mark(number, "desk", delivered=2)
    store.mark(number, "desk", delivered=1)
    store.mark(number, "customer", seen=99)
    assert store.marks(number) == Marks(3, 3, 2, 0)
    assert told == [number, number]


def test_what_is_after_a_sequence_is_told_in_order(store, token):
    say(store, token, "one", "two", "three")
    number = store.conversation(token).id
    assert [message.text for message in store.news(number, 1).messages] == ["two", "three"]
    assert store.news(number, 3).messages == ()


def test_the_desk_s_revision_differs_once_its_list_does(store, token):
    seen = [store.desk_revision()]
    with store.turn(token) as turn:
        ticket = turn.hand_over("asked", {})
    seen.append(store.desk_revision())
    say(store, token, "more")
    seen.append(store.desk_revision())
    say(store, store.start("en").token, "of no ticket")
    assert store.desk_revision() == seen[-1]
    with store.ticket_turn(ticket.number) as turn:
        turn.handling().close(None)
    seen.append(store.desk_revision())
    assert seen[0] == seen[3] == ()
    assert seen[1] != seen[2]


def test_many_who_write_at_once_stand_in_line_and_none_is_turned_away(store):
    tokens = [store.start("en").token for _ in range(30)]
    faults = []

    def write(token):
        try:
            for place in range(10):
                with store.turn(token) as turn:
                    turn.say("customer", str(place), "question")
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    said = [[one.text for one in store.transcript(token)] for token in tokens]
    assert said == [[str(place) for place in range(10)]] * len(tokens)
