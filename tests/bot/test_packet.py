import json
from datetime import UTC, datetime

from bot.packet import pack
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
