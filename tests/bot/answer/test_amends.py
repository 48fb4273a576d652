import pytest

from bot.conversation.assistant import Assistant
from bot.phrase import phrase
from bot.state.store import Store
from tests.bot.conversation.assistant.talk import ask
from tests.bot.fakes import LIBRARY, FakeLive, article, knowledge, settings

ROUTER = article(
    "router",
    "The router does not connect",
    "## Cable\n\n" + "The router does not connect where the cable is loose. " * 8 + "\n\n"
    "## Password\n\n" + "The router does not connect with an old password. " * 8,
)


@pytest.fixture
def causes(tmp_path):
    """An assistant whose first article has two causes to offer."""
    return Assistant(
        FakeLive(knowledge((ROUTER, *LIBRARY))), Store.open(None, tmp_path / "causes"), settings()
    )


def sections(reply):
    return [citation["section"] for citation in reply.document["citations"]]


def test_a_thumb_down_offers_the_next_likeliest_and_never_the_same_again(tmp_path):
    live = FakeLive(knowledge())
    live.index.suggest = 0.05
    assistant = Assistant(live, Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    answered = ask(assistant, token, "Can I return a gift?")[1]
    said = assistant.rate(token, answered.id, False, page_language="en")
    assert said[1].kind == "suggestions"
    assert said[1].document["opening"] == phrase("rated_unhelpful", "en")
    assert said[1].text.startswith(phrase("rated_unhelpful", "en"))
    assert "returns" not in {one["article"] for one in said[1].document["suggestions"]}
    assert assistant.rate(token, answered.id, False, page_language="en") == ()
    assert ask(assistant, token, "Can I return a gift?")[1].kind != "answer"


def test_the_next_cause_in_the_right_article_comes_before_the_next_article(causes):
    token = causes.open(None, "en").token
    answered = ask(causes, token, "The router does not connect")[1]
    following = causes.rate(token, answered.id, False, page_language="en")[1]
    assert following.kind == "answer"
    assert {*sections(answered), *sections(following)} == {"Cable", "Password"}
    assert phrase("next_passage", "en") in following.document["opening"]
    again = ask(causes, token, "The router does not connect")[1]
    assert sections(again) != sections(answered)


@pytest.mark.parametrize(
    "text", ["that's not what I asked", "that did not help!", "no", "no, something else"]
)
def test_words_that_turn_an_answer_down_are_as_good_as_a_thumb(causes, text):
    token = causes.open(None, "en").token
    answered = ask(causes, token, "The router does not connect")[1]
    said = ask(causes, token, text)
    assert said[0].text == text
    assert said[1].document["opening"].startswith(phrase("rated_unhelpful", "en"))
    assert sections(said[1]) != sections(answered)
    assert causes.transcript(token)[1].helpful is False


def test_two_answers_in_a_row_that_did_not_help_lead_to_a_person(causes):
    token = causes.open(None, "en").token
    ask(causes, token, "The router does not connect")
    assert ask(causes, token, "no, something else")[1].kind == "answer"
    handed = ask(causes, token, "that did not help")[1]
    assert handed.document["reason"] == "low_confidence"
    [ticket] = causes.store.tickets()
    assert ticket.packet["question"] == "The router does not connect"
    assert ticket.packet["rejected"] == ["router"]


def test_where_the_right_article_has_no_more_the_bot_says_so_and_not_that_it_found_nothing(tmp_path):
    live = FakeLive(knowledge())
    live.index.suggest = 0.55
    assistant = Assistant(live, Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    answered = ask(assistant, token, "Can I return a gift?")[1]
    assert answered.kind == "answer"
    said = assistant.rate(token, answered.id, False, page_language="en")[1]
    assert (said.kind, said.text) == ("rephrase", phrase("nothing_more", "en"))
    assert ask(assistant, token, "yes, a person please")[1].kind == "handoff"
