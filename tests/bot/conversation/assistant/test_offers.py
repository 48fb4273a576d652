"""What is suggested, chosen, turned down and gone on from."""

from dataclasses import replace

import pytest

from bot.answer.consider import MOST_HITS_FOR_A_CHOICE
from bot.answer.language import language_of
from bot.conversation.assistant import Assistant
from bot.phrase import phrase
from bot.state.store import Store
from tests.bot.conversation.assistant.talk import SURE, UNKNOWN, ask, kinds
from tests.bot.fakes import LIBRARY, FakeIndex, FakeLive, article, knowledge, settings

NEARLY = "a parcel with a gift"


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
