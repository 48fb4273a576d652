from pathlib import Path
from typing import Any

from bot.state.store import Store
from bot.state.unanswered import unanswered


def told(question: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"question": question, "language": "da", "confidence": 0.25, "reason": reason}


def test_what_the_bot_could_not_answer_is_told_the_newest_first(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    with store.turn(store.start("da").token) as turn:
        turn.say("bot", "…", "rephrase", document=told("Skiposer?"))
    with store.turn(store.start("da").token) as other:
        other.say("bot", "…", "handoff", document=told("Poser til ski?", "repeated_miss"))
        other.say("bot", "…", "handoff", document=told("Et menneske!", "asked"))
        other.say("bot", "…", "handoff", document=told(None, "low_confidence"))
        other.say("bot", "…", "answer", document=told("Retur?"))
        other.say("agent", "…", "handoff", document=told("Sagt af et menneske", "low_confidence"))
    found = unanswered(store.engine)
    assert [(one.question, one.again) for one in found] == [("Poser til ski?", None), ("Skiposer?", None)]
    assert (found[0].language, found[0].confidence) == ("da", 0.25)


def test_what_was_put_differently_names_the_question_before_it(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    with store.turn(store.start("da").token) as turn:
        turn.say("bot", "…", "rephrase", document=told("Skiposer?"))
        turn.say("bot", "…", "handoff", document=told("Poser til ski?", "repeated_miss"))
        turn.say("bot", "…", "rephrase", document=told("Voks?"))
    assert [(one.question, one.again) for one in unanswered(store.engine)] == [
        ("Voks?", None),
        ("Poser til ski?", "Skiposer?"),
        ("Skiposer?", None),
    ]


def test_what_is_written_while_a_person_is_called_is_told_to_them_and_is_no_question(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    with store.turn(store.start("da").token) as turn:
        turn.say("bot", "…", "handoff", document={**told("Skiposer?", "low_confidence"), "ticket": 7})
        turn.say("bot", "…", "handoff", document={**told("Ordre 4411", "low_confidence"), "ticket": 7})
        turn.say("bot", "…", "handoff", document={**told("Voks?", "low_confidence"), "ticket": 8})
    assert [one.question for one in unanswered(store.engine)] == ["Voks?", "Skiposer?"]


def test_a_reply_that_lacks_its_language_is_told_without_it(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    with store.turn(store.start("da").token) as turn:
        turn.say("bot", "…", "rephrase", document={"question": "Skiposer?"})
    [found] = unanswered(store.engine)
    assert (found.question, found.language, found.confidence) == ("Skiposer?", "", 0.0)
