from datetime import UTC, datetime

from bot.answer.follow_up import Topic
from bot.conversation.transcript import last_suggestions, open_question, suggested_last, topic, unanswered
from bot.state.record import Message

DELIVERY = "what does delivery cost in Denmark"


def message(kind, question=None, *, title=None, helpful=None, author="bot"):
    document = {"question": question, "language": "en", "citations": [{"title": title}] if title else []}
    return Message(1, 1, author, "", kind, document, datetime.now(UTC), helpful=helpful)


def test_the_topic_is_the_title_of_the_last_answer():
    said = [message("answer", "how do I pay", title="Paying"), message("small_talk")]
    assert topic(said) == Topic("Paying", "how do I pay")


def test_the_question_of_a_topic_is_the_latest_that_is_whole():
    first = message("answer", DELIVERY, title="Delivery")
    scrap = message("answer", "and Sweden?", title="Delivery")
    assert topic([first, message("question", author="customer"), scrap]) == Topic("Delivery", DELIVERY)
    elsewhere = message("answer", DELIVERY, title="Customs")
    assert topic([elsewhere, scrap]) == Topic("Delivery", "and Sweden?")
    again = message("answer", "how long does a parcel take", title="Delivery")
    assert topic([first, again, scrap]) == Topic("Delivery", "how long does a parcel take")


def test_a_question_that_was_not_answered_is_the_topic_and_a_scrap_after_it_is_not():
    said = [
        message("suggestions", DELIVERY),
        message("rephrase", "in Poland?"),
        message("rephrase", "and it?"),
    ]
    assert topic(said) == Topic(DELIVERY, DELIVERY)
    assert topic(said[1:]) == Topic("and it?", "and it?")


def test_a_new_question_takes_the_place_of_the_answer_before_it_and_a_scrap_does_not():
    answer = message("answer", "how do I pay", title="Paying")
    assert topic([answer, message("suggestions", DELIVERY)]) == Topic(DELIVERY, DELIVERY)
    assert topic([answer, message("rephrase", "in Poland?")]) == Topic("Paying", "how do I pay")


def test_what_did_not_help_or_went_to_a_person_is_no_topic():
    refused = message("answer", "how do I pay", title="Paying", helpful=False)
    assert topic([refused]) is None
    assert topic([message("suggestions", DELIVERY), message("handoff", DELIVERY)]) is None


def test_a_question_is_unanswered_only_while_the_bot_has_said_nothing_since():
    asked = message("rephrase", DELIVERY)
    assert unanswered([asked]) == DELIVERY
    assert unanswered([asked, message("question", author="customer")]) == DELIVERY
    assert unanswered([asked, message("small_talk")]) is None


def test_suggestions_can_be_chosen_from_until_something_else_is_said():
    offer = message("suggestions", DELIVERY)
    assert last_suggestions([offer, message("small_talk")]) is offer
    assert last_suggestions([offer, message("question", author="customer")]) is offer
    assert last_suggestions([offer, message("answer", DELIVERY, title="Delivery")]) is None


def test_a_yes_is_said_to_suggestions_only_while_they_are_the_last_word_of_the_bot():
    suggestions, yes = message("suggestions"), message("question", author="customer")
    assert suggested_last([suggestions, yes])
    assert not suggested_last([suggestions, message("small_talk"), yes])
    assert not suggested_last([yes])


def test_a_question_is_open_until_it_is_settled_or_asked_anew():
    first, again, settled = message("ended"), message("ended"), message("reviewed")
    assert open_question([first, message("small_talk")], ("ended",), ("reviewed",)) is first
    assert open_question([first, settled, again], ("ended",), ("reviewed",)) is again
    assert open_question([first, settled], ("ended",), ("reviewed",)) is None
    assert open_question([message("small_talk")], ("ended",), ("reviewed",)) is None
