import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.answer.consider import MOST_HITS_FOR_A_CHOICE
from bot.answer.language import language_of
from bot.answer.reply import Answer
from bot.assistant import NO_INDEX, Assistant
from bot.message import Unreadable
from bot.phrase import phrase
from bot.state.store import Store, UnknownConversation
from tests.bot.fakes import LIBRARY, OFFER, FakeIndex, FakeLive, article, knowledge, settings

SURE = "How do I send something back?"
NEARLY = "a parcel with a gift"
PAUSE = 600.0  # seconds of silence
UNKNOWN = "Quantum entanglement of hedgehogs"


@pytest.fixture
def assistant(tmp_path):
    return Assistant(FakeLive(knowledge()), Store.open(None, tmp_path), settings())


@pytest.fixture
def token(assistant):
    return assistant.open(None, "en").token


def kinds(messages):
    return [(message.author, message.kind) for message in messages]


def ask(assistant, token, text, page_language="en", key=None):
    return assistant.ask(token, text, page_language=page_language, key=key)


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


def test_an_answer_wipes_out_the_misses_before(assistant, token):
    ask(assistant, token, UNKNOWN)
    ask(assistant, token, SURE)
    assert ask(assistant, token, UNKNOWN)[1].kind == "rephrase"


def test_small_talk_costs_no_miss_and_wipes_out_none(assistant, token):
    ask(assistant, token, UNKNOWN)
    assert ask(assistant, token, "thanks!")[1].text == phrase("talk_thanks", "en")
    assert ask(assistant, token, UNKNOWN)[1].kind == "handoff"


def test_a_suggestion_that_is_chosen_is_answered_with_its_own_question_as_what_was_said(assistant, token):
    offered = ask(assistant, token, NEARLY)[1]
    assert offered.kind == "suggestions"
    choice = offered.document["suggestions"][1]
    said = assistant.choose(token, choice["article"], page_language="en")
    assert kinds(said) == [("customer", "question"), ("bot", "answer")]
    assert said[0].text == choice["question"]
    assert said[1].document["citations"][0]["article"] == choice["article"]


def test_what_was_never_suggested_can_t_be_chosen(assistant, token):
    said = assistant.choose(token, "goodwill", page_language="en")
    assert said[0].text == "goodwill"
    assert "150 kroner" not in said[1].text


def test_none_of_these_turns_them_down_for_good(assistant, token):
    offered = {one["article"] for one in ask(assistant, token, NEARLY)[1].document["suggestions"]}
    said = assistant.none_of_these(token, page_language="en")
    assert said[0].text == phrase("none_of_these", "en")
    assert said[1].kind == "rephrase"
    assert assistant.store.context(token).rejected == offered
    again = ask(assistant, token, NEARLY)[1]
    assert again.kind == "handoff"
    [ticket] = assistant.store.tickets()
    assert set(ticket.packet["rejected"]) == offered
    assert {one["article"] for one in ticket.packet["found"]} >= offered


def test_an_answer_that_did_not_help_is_searched_anew_once(assistant, token, monkeypatch):
    """An article that was not chosen has no further passage to look for."""
    depths = []
    search = FakeIndex.search

    def watched(index, *given, k=5, **more):
        depths.append(k)
        return search(index, *given, k=k, **more)

    ask(assistant, token, SURE)
    monkeypatch.setattr(FakeIndex, "search", watched)
    assert ask(assistant, token, "that did not help")[1].kind != "error"
    assert MOST_HITS_FOR_A_CHOICE not in depths


@pytest.mark.parametrize("text", ["thanks", "and for bicycles?"])
def test_the_language_of_a_message_is_told_once_also_after_an_offer(assistant, token, monkeypatch, text):
    ask(assistant, token, SURE)
    told = []

    def watched(question, *given, **more):
        told.append(question)
        return language_of(question, *given, **more)

    monkeypatch.setattr("bot.answer.consider.language_of", watched)
    ask(assistant, token, text)
    assert told == [text]


def test_who_turns_down_the_only_suggestion_says_so(assistant, token, monkeypatch):
    monkeypatch.setattr("bot.answer.decide.UNLIKELY", 1.0)
    assert len(ask(assistant, token, NEARLY)[1].document["suggestions"]) == 1
    assert assistant.none_of_these(token, page_language="en")[0].text == phrase("not_this", "en")


def test_an_answer_that_was_chosen_wipes_out_no_miss_and_a_thumb_up_does(assistant, token):
    ask(assistant, token, UNKNOWN)
    choice = ask(assistant, token, NEARLY)[1].document["suggestions"][0]["article"]
    answered = assistant.choose(token, choice, page_language="en")[1]
    assert assistant.store.context(token).misses == 1
    assistant.rate(token, answered.id, True, page_language="en")
    assert assistant.store.context(token).misses == 0


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


@pytest.mark.parametrize(("text", "place"), [("the first", 0), ("the second one please", 1), ("2", 1)])
def test_a_suggestion_is_chosen_by_its_place_in_words(assistant, token, text, place):
    offered = ask(assistant, token, NEARLY)[1].document["suggestions"]
    said, answered = ask(assistant, token, text)
    assert said.text == text
    assert answered.kind == "answer"
    assert answered.document["citations"][0]["article"] == offered[place]["article"]


def test_small_talk_between_leaves_an_offer_open(assistant, token):
    offered = ask(assistant, token, NEARLY)[1].document["suggestions"]
    assert ask(assistant, token, "wait")[1].document["topic"] == "pause"
    answered = ask(assistant, token, "the first")[1]
    assert answered.document["citations"][0]["article"] == offered[0]["article"]


def test_a_yes_chooses_the_only_suggestion(assistant, token, monkeypatch):
    monkeypatch.setattr("bot.answer.decide.UNLIKELY", 1.0)
    [only] = ask(assistant, token, NEARLY)[1].document["suggestions"]
    assert ask(assistant, token, "yes")[1].document["citations"][0]["article"] == only["article"]


def test_a_yes_to_what_was_said_since_opens_no_suggestion(assistant, token, monkeypatch):
    monkeypatch.setattr("bot.answer.decide.UNLIKELY", 1.0)
    assert len(ask(assistant, token, NEARLY)[1].document["suggestions"]) == 1
    ask(assistant, token, "thank you")
    assert ask(assistant, token, "yes")[1].kind == "small_talk"


@pytest.mark.parametrize(
    "text", ["the second one caught fire", "the second one is rubbish, let me talk to a person"]
)
def test_danger_and_a_call_for_a_person_come_before_a_choice(assistant, token, text):
    ask(assistant, token, NEARLY)
    assert ask(assistant, token, text)[1].kind == "handoff"


def test_none_of_them_is_heard_after_the_bot_asked_which(assistant, token):
    offered = {one["article"] for one in ask(assistant, token, NEARLY)[1].document["suggestions"]}
    ask(assistant, token, "yes")
    ask(assistant, token, "none of them")
    assert assistant.store.context(token).rejected == offered


def test_a_yes_to_several_suggestions_is_asked_which_once(assistant, token):
    assert len(ask(assistant, token, NEARLY)[1].document["suggestions"]) > 1
    assert ask(assistant, token, "yes")[1].text == phrase("talk_which_one", "en")
    assert ask(assistant, token, "ok")[1].document["topic"] == "affirmation"
    assert ask(assistant, token, "the first one")[1].kind == "answer"


@pytest.mark.parametrize("text", ["no", "nope"])
def test_no_without_an_offer_before_is_small_talk(assistant, token, text):
    ask(assistant, token, "thank you")
    assert ask(assistant, token, text)[1].text == phrase("talk_declined", "en")


def test_not_helped_without_an_offer_before_is_a_miss(assistant, token):
    assert ask(assistant, token, "that did not help")[1].kind == "rephrase"
    assert ask(assistant, token, "that did not help")[1].kind == "handoff"


def test_a_follow_up_is_answered_by_what_the_conversation_is_about(assistant, token):
    ask(assistant, token, "Is my frame covered?")
    answered = ask(assistant, token, "is it covered for ten years?")[1]
    assert answered.document["citations"][0]["article"] == "warranty"
    assert answered.document["question"] == "is it covered for ten years?"


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

    for reader in ("bot.assistant", "bot.state.turn"):
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


def test_without_an_index_a_person_is_called_and_the_question_kept(tmp_path):
    assistant = Assistant(FakeLive(None, "there is no index"), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    handed = ask(assistant, token, SURE)[1]
    assert handed.document["reason"] == "missing_knowledge"
    assert assistant.store.tickets()[0].packet["question"] == SURE
    assert ask(assistant, token, "hello")[1].kind == "small_talk"
    assert assistant.problems() == [NO_INDEX]
    assert assistant.example_questions("en") == ()


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


def test_a_product_named_after_a_question_that_was_not_understood_completes_it(tmp_path):
    faults = "## Figures\n\nIt weighs 20 kg.\n\n## Faults\n\nIf it wobbles tighten the hub.\n"
    bike = article("strand", "Havrik Strand bike", faults, product="Havrik Strand")
    other = article("laster", "Havrik Laster bike", "The box holds two children.", product="Havrik Laster")
    index = knowledge((bike, other, *LIBRARY))
    assistant = Assistant(FakeLive(index), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    assert ask(assistant, token, "why ever wobbles mine so terribly lately")[1].kind == "rephrase"
    reply = ask(assistant, token, "the Havrik Strand")[1]
    assert "why ever wobbles mine so terribly lately" in reply.document["question"]
    assert [one["article"] for one in (*reply.document["citations"], *reply.document["suggestions"])][
        0
    ] == "strand"
    assert ask(assistant, token, "the Havrik Laster")[1].document["question"] != "the Havrik Laster"


def test_a_product_named_after_a_question_that_it_must_not_answer_is_asked_about_alone(tmp_path):
    """An author's refusal takes away the only article that question and product together find."""

    class Refusing(FakeIndex):
        def search(self, question, *given, **more):
            found = super().search(question, *given, **more)
            return replace(found, hits=()) if "wobbles" in question else found

    bike = article("strand", "Havrik Strand bike", "It weighs 20 kg.\n", product="Havrik Strand")
    assistant = Assistant(FakeLive(Refusing((bike,))), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    assert ask(assistant, token, "why ever wobbles mine so terribly lately")[1].kind == "rephrase"
    reply = ask(assistant, token, "the Havrik Strand")[1]
    assert reply.document["question"] == "the Havrik Strand"
    assert [one["article"] for one in (*reply.document["citations"], *reply.document["suggestions"])] == [
        "strand"
    ]


def test_a_follow_up_to_a_question_that_only_got_suggestions_leans_on_it(assistant, token):
    assert ask(assistant, token, "how long does delivery of a gift take")[1].kind == "suggestions"
    reply = ask(assistant, token, "and for bicycles?")[1]
    assert reply.document["suggestions"][0]["article"] == "delivery"


@pytest.mark.parametrize("wished", ["agent!", "that did not help"])
def test_a_wish_in_a_few_words_of_another_language_is_replied_to_in_the_conversation_s(assistant, wished):
    token = assistant.open(None, "da").token
    ask(assistant, token, "Hvordan sender jeg noget tilbage?", "da")
    reply = ask(assistant, token, wished, "da")[1]
    assert reply.document["language"] == "da"


def test_a_chosen_article_that_did_not_help_shows_its_next_passage_and_the_choice_is_not_asked_again(
    tmp_path,
):
    filler = "So much for the e-bike. " * 30
    text = (
        f"## Weight\n\nThe e-bike weighs {{0}} kg.\n\n{filler}\n\n"
        f"## Battery\n\nThe e-bike battery weighs {{0}} grams.\n\n{filler}\n"
    )
    more = {"tags": ("bicycles", "e-bikes")}
    one = article("one", "Strand E1 e-bike", text.format(22), product="Havrik Strand E1", **more)
    two = article("two", "Strand E2 e-bike", text.format(24), product="Havrik Strand E2", **more)
    assistant = Assistant(FakeLive(knowledge((one, two, *LIBRARY))), Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    asked = ask(assistant, token, "how much does the e-bike weigh")[1]
    assert asked.document["suggestions"][0]["condition"]
    first = assistant.choose(token, "two", page_language="en")[1]
    second = ask(assistant, token, "that did not help")[1]
    assert [second.kind, second.document["citations"][0]["article"]] == ["answer", "two"]
    assert second.document["citations"][0]["passage"] != first.document["citations"][0]["passage"]
    assert ask(assistant, token, "that did not help")[1].kind == "handoff"
