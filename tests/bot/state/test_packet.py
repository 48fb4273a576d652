import json
from datetime import UTC, datetime

from bot.state.packet import MOST_CALLS, called_again, pack
from bot.state.record import Message
from kb.language import Language
from tests.bot.fakes import knowledge

SAID = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_packet_holds_all_that_a_person_needs_and_is_json():
    found = knowledge().search("Can I return a gift?", Language("en", 0.9))
    said = Message(1, 1, "customer", "Can I return a gift?", "question", None, SAID)
    packet = json.loads(json.dumps(pack("upset", found, {"warranty", "delivery"}, [said]).document()))
    assert packet["reason"] == "upset"
    assert packet["question"] == "Can I return a gift?"
    assert packet["language"] == {"code": "en", "certainty": 0.9}
    assert packet["confidence"] == found.confidence
    assert packet["found"][0] == {
        "article": "returns",
        "language": "en",
        "title": "Returning an item",
        "section": "",
        "path": "en/returns.md",
        "confidence": found.confidence,
    }
    assert packet["rejected"] == ["delivery", "warranty"]
    assert packet["transcript"][0]["text"] == "Can I return a gift?"
    assert packet["transcript"][0]["created"] == "2026-03-01T12:00:00+00:00"
    assert packet["contact"] == {"name": None, "email": None, "phone": None}


def test_who_calls_a_person_first_has_a_packet_too():
    packet = pack("asked", None, (), ()).document()
    assert (packet["question"], packet["language"], packet["found"], packet["confidence"]) == (
        None,
        None,
        [],
        0.0,
    )


def call(reason, question, found=(), **more):
    return {"reason": reason, "question": question, "found": list(found), **more}


def test_who_calls_again_and_again_adds_only_what_is_new():
    packet = call("asked", "Where is my parcel?", ["delivery"], transcript=["one"])
    for _ in range(50):
        packet = called_again(packet, call("asked", "Where is my parcel?", ["delivery"]), "asked")
    assert packet["later"] == []
    packet = called_again(packet, call("upset", "Where is my parcel?", ["delivery"]), "upset")
    packet = called_again(packet, call("asked", "And my money?", ["refunds"], transcript=["two"]), "asked")
    assert packet["later"] == [
        call("upset", "Where is my parcel?"),
        call("asked", "And my money?", ["refunds"]),
    ]
    assert (packet["reason"], packet["question"], packet["found"]) == (
        "asked",
        "Where is my parcel?",
        ["delivery"],
    )
    assert packet["transcript"] == ["two"]


def test_a_packet_grows_no_more_after_many_calls_and_many_words():
    packet = call("asked", "First?")
    sizes = []
    for number in range(60):
        said = [Message(n, n, "customer", "x" * 100, "question", None, SAID) for n in range(number * 20)]
        new = pack("low_confidence", None, (), said).document()
        packet = called_again(packet, {**new, "question": f"Question {number:02}?"}, "low_confidence")
        sizes.append(len(json.dumps(packet)))
    assert len(packet["later"]) == MOST_CALLS
    assert packet["later"][-1]["question"] == "Question 59?"
    assert packet["transcript"][-1]["sequence"] == 59 * 20 - 1
    assert sizes[59] < sizes[25] * 1.05
