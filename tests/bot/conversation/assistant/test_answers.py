"""What is answered, in which language, and what is kept of it."""

import threading
from datetime import datetime, timedelta

import pytest

from bot.answer.reply import Answer
from bot.conversation.assistant import Assistant
from bot.message import Unreadable
from bot.phrase import phrase
from bot.state.store import Store, UnknownConversation
from tests.bot.conversation.assistant.talk import SURE, UNKNOWN, ask, kinds
from tests.bot.fakes import LIBRARY, OFFER, FakeIndex, FakeLive, knowledge, settings

PAUSE = 600.0  # seconds of silence


def test_a_sure_question_is_answered_and_both_are_kept(assistant, token):
    said = ask(assistant, token, SURE)
    assert kinds(said) == [("customer", "question"), ("bot", "answer")]
    assert said[1].document["citations"][0]["article"] == "returns"
    assert assistant.transcript(token) == said


def test_a_conversation_comes_back_by_its_token(assistant, token):
    ask(assistant, token, SURE)
    assert assistant.open(token, "da").token == token
    assert assistant.open("lost", "da").token not in ("lost", token)


def test_the_same_message_sent_again_is_answered_once(assistant, token):
    first = ask(assistant, token, SURE, key="k1")
    assert ask(assistant, token, SURE, key="k1") == first
    assert len(assistant.transcript(token)) == 2


def test_the_same_message_sent_many_times_at_once_is_answered_once(assistant, token):
    got = []
    threads = [
        threading.Thread(target=lambda: got.append(ask(assistant, token, SURE, key="k1"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({tuple(message.id for message in said) for said in got}) == 1
    assert len(assistant.transcript(token)) == 2


def test_an_answer_wipes_out_the_misses_before(assistant, token):
    ask(assistant, token, UNKNOWN)
    ask(assistant, token, SURE)
    assert ask(assistant, token, UNKNOWN)[1].kind == "rephrase"


def test_small_talk_costs_no_miss_and_wipes_out_none(assistant, token):
    ask(assistant, token, UNKNOWN)
    assert ask(assistant, token, "thanks!")[1].text == phrase("talk_thanks", "en")
    assert ask(assistant, token, UNKNOWN)[1].kind == "handoff"


@pytest.fixture
def quiet(tmp_path):
    """An assistant that waits for its customer for a moment."""
    given = settings(silence_minutes=PAUSE / 60)
    return Assistant(FakeLive(knowledge()), Store.open(None, tmp_path / "quiet"), given)


@pytest.fixture
def pass_by(monkeypatch):
    """Lets seconds pass by the clock of the assistant and of what is stored."""
    passed = []

    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.now(zone) + timedelta(seconds=sum(passed))

    for reader in ("bot.conversation.assistant", "bot.state.turn"):
        monkeypatch.setattr(f"{reader}.datetime", Clock)
    return passed.append


def test_a_silence_is_broken_once_by_a_question_and_once_by_a_kind_word(quiet, pass_by):
    token = quiet.open(None, "da").token
    assert quiet.break_silence(token, page_language="da") == ()
    ask(quiet, token, "Hvordan sender jeg noget tilbage?", "da")
    assert 0 < quiet.silence(token).seconds <= PAUSE
    assert quiet.break_silence(token, page_language="da") == ()
    spoken = []
    for _ in range(3):
        pass_by(1.2 * PAUSE)
        spoken += quiet.break_silence(token, page_language="en")
        assert quiet.break_silence(token, page_language="en") == ()
    assert [message.text for message in spoken] == [
        phrase("silence_more", "da"),
        phrase("silence_close", "da"),
    ]
    assert quiet.silence(token).seconds is None
    assert ask(quiet, token, "Hvordan sender jeg noget tilbage?", "da")[1].kind == "answer"


def test_nobody_is_asked_for_more_while_a_ticket_is_open(quiet, pass_by):
    token = quiet.open(None, "en").token
    ask(quiet, token, SURE)
    quiet.call_person(token, page_language="en")
    pass_by(1.2 * PAUSE)
    assert quiet.silence(token).seconds is None
    assert quiet.break_silence(token, page_language="en") == ()


def test_two_pages_of_one_conversation_break_its_silence_once(quiet, pass_by):
    token = quiet.open(None, "en").token
    ask(quiet, token, SURE)
    pass_by(1.2 * PAUSE)
    spoken = []
    threads = [
        threading.Thread(target=lambda: spoken.extend(quiet.break_silence(token, page_language="en")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(spoken) == 1


def test_a_thumb_up_is_kept_and_says_nothing(assistant, token):
    answered = ask(assistant, token, SURE)[1]
    assert assistant.rate(token, answered.id, True, page_language="en") == ()
    assert assistant.transcript(token)[1].helpful is True


def test_a_thumb_on_another_conversation_s_message_does_nothing(assistant, token):
    answered = ask(assistant, token, SURE)[1]
    other = assistant.open(None, "en").token
    assert assistant.rate(other, answered.id, False, page_language="en") == ()
    assert assistant.transcript(token)[1].helpful is None


def test_the_bot_speaks_the_language_of_the_question_and_keeps_it(assistant, token):
    said = ask(assistant, token, "Hvordan sender jeg noget tilbage?")[1]
    assert said.document["citations"][0]["language"] == "da"
    assert "Kilde" in said.text
    assert assistant.open(token, "en").language == "da"


def test_a_question_without_phrases_in_its_language_is_framed_in_the_page_s(tmp_path):
    given = settings(languages=("en", "da", "fi"))
    assistant = Assistant(FakeLive(knowledge()), Store.open(None, tmp_path), given)
    said = ask(
        assistant,
        assistant.open(None, "da").token,
        "Missä minun pakettini on ja milloin se saapuu kotiin?",
        "da",
    )
    assert said[1].document["language"] == "fi"
    assert said[1].text == phrase("rephrase", "da")


def test_ok_and_hello_do_not_turn_a_conversation(assistant, token):
    ask(assistant, token, "Hvordan sender jeg noget tilbage?")
    ask(assistant, token, "thank you")
    assert assistant.open(token, "en").language == "da"


def test_a_single_word_of_another_language_does_not_turn_a_conversation(assistant, token):
    ask(assistant, token, "Hvordan sender jeg noget tilbage?")
    for text in ("404 error", "iPhone 15", "ok", "representative"):
        ask(assistant, token, text)
        assert assistant.open(token, "en").language == "da", text


def test_the_language_that_is_chosen_holds(assistant, token):
    assistant.switch_language(token, "pl")
    assert assistant.open(token, "pl").language == "pl"
    assert assistant.open(token, "pl").page_language == "pl"


@pytest.mark.parametrize(
    ("text", "key"), [("", "empty"), ("😀", "wordless"), ("\0\1\2\3", "binary"), ("x" * 100_000, "too_long")]
)
def test_a_message_that_can_t_be_read_is_told_so_and_not_kept(assistant, token, text, key):
    said = ask(assistant, token, text, "da")
    expected = phrase(f"message_{key}", "da", length=len(text), limit=2000)
    assert (said[-1].kind, said[-1].id, said[-1].text) == ("error", 0, expected)
    assert all(len(message.text) < 300 for message in said)
    assert assistant.transcript(token) == ()


def test_what_was_left_out_of_a_message_is_said(assistant, token):
    said = ask(assistant, token, "How do I send\u202e something back?")
    assert said[0].text == SURE
    assert said[1].document["opening"] == phrase("message_cleaned", "en")


def test_agents_articles_never_reach_a_customer(assistant, token):
    for question in (
        "How much goodwill may I give?",
        "Goodwill limits",
        "Agents may give 150 kroner per case",
    ):
        said = ask(assistant, token, question)
        assert "150" not in said[1].text
        assert "goodwill" not in str(said[1].document["citations"] + said[1].document["suggestions"])
    for ticket in assistant.store.tickets():
        assert "goodwill" not in [candidate["article"] for candidate in ticket.packet["found"]]


def test_what_has_expired_is_neither_answered_nor_offered_nor_an_example(tmp_path):
    days = [OFFER.expires]
    index = FakeIndex((*LIBRARY, OFFER), today=lambda: days[0])
    assistant = Assistant(FakeLive(index), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    assert ask(assistant, token, OFFER.questions[0])[1].document["citations"][0]["article"] == "offer"
    assert ask(assistant, token, "a bell and a parcel with a gift")[1].kind == "suggestions"
    assert OFFER.questions[0] in assistant.example_questions("en", 20)
    days[0] += timedelta(1)
    for question in (*OFFER.questions, OFFER.title, OFFER.body):
        assert "bell" not in ask(assistant, assistant.open(None, "en").token, question)[1].text.casefold()
    chosen = assistant.choose(token, "offer", page_language="en")[1]  # it was offered when it was still there
    assert "offer" not in str(chosen.document["citations"] + chosen.document["suggestions"])
    assert OFFER.slug not in [hit.passage.article.slug for hit in assistant.search(OFFER.title, k=20).hits]
    assert OFFER.questions[0] not in assistant.example_questions("en", 20)


def test_an_unknown_token_is_said_to_be_unknown(assistant):
    for act in (
        lambda: ask(assistant, "lost", SURE),
        lambda: assistant.choose("lost", "returns", page_language="en"),
        lambda: assistant.rate("lost", 1, True, page_language="en"),
        lambda: assistant.none_of_these("lost", page_language="en"),
        lambda: assistant.call_person("lost", page_language="en"),
        lambda: assistant.leave_contact("lost", "Bo", None, page_language="en"),
    ):
        with pytest.raises(UnknownConversation):
            act()


def test_a_question_on_its_own_is_answered_and_nothing_recorded(assistant):
    reply, document = assistant.ask_once(SURE)
    assert isinstance(reply, Answer)
    assert document["kind"] == "answer"
    _, document = assistant.ask_once("I want to talk to a human", "en")
    assert document["kind"] == "handoff"
    assert assistant.store.tickets() == ()
    with pytest.raises(Unreadable, match="words"):
        assistant.ask_once("😀")


def test_a_search_is_of_public_articles(assistant):
    assert (
        assistant.search("How do I send something back?", "en", 3).hits[0].passage.article.slug == "returns"
    )
    hits = assistant.search("goodwill limits 150 kroner").hits  # of agents' articles it finds one first
    assert {hit.passage.article.audience for hit in hits} == {"public"}


@pytest.mark.parametrize(("page", "shown"), [("da", "da"), ("en", "en"), ("pl", "en")])
def test_a_language_without_phrases_is_answered_in_the_page_s_language_where_there_is_an_article(
    assistant, page, shown
):
    token = assistant.open(None, page).token
    answer = ask(assistant, token, "Wie geht das: Returning an item", page)[1]
    assert answer.kind == "answer"
    assert answer.document["language"] == "de"
    assert answer.document["citations"][0]["language"] == shown
    assert phrase("answer_foreign", page, article_language="\0").split("\0")[0] in answer.text


@pytest.mark.parametrize("wished", ["agent!", "that did not help"])
def test_a_wish_in_a_few_words_of_another_language_is_replied_to_in_the_conversation_s(assistant, wished):
    token = assistant.open(None, "da").token
    ask(assistant, token, "Hvordan sender jeg noget tilbage?", "da")
    reply = ask(assistant, token, wished, "da")[1]
    assert reply.document["language"] == "da"
