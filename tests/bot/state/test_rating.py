from pathlib import Path
from typing import Any

from bot.state.rating import Rating, ratings
from bot.state.store import Store


def answer(question: str, slug: str) -> dict[str, Any]:
    return {"kind": "answer", "question": question, "language": "en", "citations": [{"article": slug}]}


def test_rated_answers_are_told_with_their_question_and_article(tmp_path: Path) -> None:
    store = Store.open(None, tmp_path)
    token = store.start("en").token
    with store.turn(token) as turn:
        helped = turn.say("bot", "Yes.", "answer", document=answer("Can I send it back?", "returns"))
        failed = turn.say("bot", "No.", "answer", document=answer("Is it waterproof?", "kettle"))
        turn.say("bot", "Maybe.", "answer", document=answer("Nobody rated this", "delivery"))
        turn.rate(helped.id, True)
        turn.rate(failed.id, False)
    assert ratings(store.engine) == (
        Rating("Can I send it back?", "en", "returns", True),
        Rating("Is it waterproof?", "en", "kettle", False),
    )


def test_without_ratings_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert ratings(Store.open(None, tmp_path).engine) == ()
