import json
from dataclasses import replace

from bot.answer.decide import answer
from bot.answer.document import citation, explained_document, reply_document, search_document, suggestion
from bot.answer.reply import Handoff, Rephrase, SmallTalk, Suggestions
from index.explain import FitOfRest
from kb.language import Language
from tests.bot.fakes import article, knowledge

CONTRACT = {"kind", "text", "language", "confidence", "citations", "suggestions", "milliseconds"}


def found(question="How do I send something back?"):
    return knowledge().search(question, Language("en", 0.98765))


def test_every_kind_of_reply_keeps_the_contract_and_is_json():
    given = found()
    replies = {
        "answer": answer(given, given.hits[0]),
        "suggestions": Suggestions(given, given.hits),
        "rephrase": Rephrase(given),
        "handoff": Handoff(None, "asked"),
        "small_talk": SmallTalk("thanks", "da"),
    }
    for kind, reply in replies.items():
        document = json.loads(json.dumps(reply_document(reply, "words", "da", 3.21)))
        assert document.keys() >= CONTRACT
        assert (document["kind"], document["text"], document["milliseconds"]) == (kind, "words", 3.2)


def test_an_answer_cites_its_passage_with_section_address_and_date():
    given = found()
    document = reply_document(answer(given, given.hits[0]), "words", "en", 1.0)
    [cited] = document["citations"]
    assert (cited["article"], cited["language"], cited["title"]) == ("returns", "en", "Returning an item")
    assert cited["passage"].startswith("You can send an item back within 30 days.")
    assert cited["reviewed"] == "2026-03-01"
    assert cited["url"] == "/articles/en/returns"
    assert "(/articles/en/delivery#price)" in cited["markdown"]
    assert document["confidence"] == round(given.hits[0].confidence, 4)
    assert (document["language"], document["certainty"]) == ("en", 0.9877)


def test_a_suggestion_is_the_alternate_question_that_matched_else_the_title():
    asked = "Can I return a gift?"
    hit = found(asked).hits[0]
    assert suggestion(hit, asked)["question"] == "Can I return a gift?"
    for matched in ("a passage", "Hvordan sender jeg noget tilbage?"):
        assert suggestion(replace(hit, matched=matched), asked)["question"] == "Returning an item"


def test_a_suggestion_names_no_code_that_was_not_asked_for():
    vacuum = article("vacuum", "Robot vacuum", "Clean the sensors.", questions=("my robot shows F1",))
    hit = replace(knowledge([vacuum]).search("F1", Language("en", 1.0)).hits[0], matched="my robot shows F1")
    assert suggestion(hit, "my vacuum shows F5")["question"] == "Robot vacuum"
    assert suggestion(hit, "f1 on the vacuum")["question"] == "my robot shows F1"


def test_suggestions_say_how_each_answer_would_open():
    given = found("Can I return a gift?")
    reply = Suggestions(given, given.hits[:2], sentences=("Gifts are returned like all else.", ""))
    offered = reply_document(reply, "Is it one of these?", "en", 1.0)["suggestions"]
    assert [one["sentence"] for one in offered] == ["Gifts are returned like all else.", ""]


def test_a_search_lists_hits_best_first_with_both_numbers():
    given = found("return a gift or a parcel")
    document = json.loads(json.dumps(search_document(given)))
    assert document["question"] == "return a gift or a parcel"
    assert document["language"] == {"code": "en", "certainty": 0.9877}
    confidences = [hit["confidence"] for hit in document["hits"]]
    assert confidences == sorted(confidences, reverse=True)
    assert document["hits"][0]["similarity"] == round(given.hits[0].similarity, 4)


def test_an_explained_search_says_with_each_hit_what_counted():
    given, why = knowledge().explained("return a zeppelin gift", Language("en", 1.0))
    document = json.loads(json.dumps(explained_document(given, why)))
    first = document["hits"][0]["explanation"]
    assert first["field"]["similarity"] == document["hits"][0]["similarity"]
    assert first["words"][2] == {"word": "zeppelin", "counted": 0.0, "most": 0.25, "known": False}
    assert first["read_as"] == "return a zeppelin gift"
    assert first["order"][0]["name"] == "nearest field"
    assert [part["counted"] for part in first["confidence"]][0] == -4.0
    assert first["rest"] is None
    named = [replace(one, rest=FitOfRest("return a", 0.123456, 0.5)) for one in why]
    told = explained_document(given, named)["hits"][0]["explanation"]
    assert told["rest"] == {"text": "return a", "similarity": 0.1235, "covered": 0.5}
    plain = search_document(given)["hits"]
    assert [{**hit, "explanation": None} for hit in plain] == [
        {**hit, "explanation": None} for hit in document["hits"]
    ]


def test_an_address_is_quoted():
    hit = found().hits[0]
    odd = replace(hit.passage, article=replace(hit.passage.article, slug="a b/ø?"), anchor="价格")
    assert citation(replace(hit, passage=odd))["url"] == "/articles/en/a%20b/%C3%B8%3F#%E4%BB%B7%E6%A0%BC"
