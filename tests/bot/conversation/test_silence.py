from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.silence import NOTHING, Silence, silence, words
from bot.state.record import Message

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAUSE = timedelta(minutes=5)


def said(*kinds: str) -> tuple[Message, ...]:
    """Messages a minute apart; `question` is the customer's, `small_talk:thanks` names its topic."""
    return tuple(message(place, kind) for place, kind in enumerate(kinds))


def message(place: int, kind: str) -> Message:
    kind, _, topic = kind.partition(":")
    author = "customer" if kind == "question" else "bot"
    document = {"topic": topic} if topic else None
    return Message(place + 1, place + 1, author, "…", kind, document, START + timedelta(minutes=place))


def after(transcript: tuple[Message, ...], minutes: float, *, with_person: bool = False) -> Silence:
    now = transcript[-1].created + timedelta(minutes=minutes) if transcript else START
    return silence(transcript, now, PAUSE, with_person=with_person)


def test_before_it_is_time_the_page_is_told_how_long_to_wait():
    assert after(said("question", "answer"), 2) == Silence(None, 180.0)


def test_after_a_silence_the_bot_asks_once_and_after_another_it_closes():
    assert after(said("question", "answer"), 5).word == "nudge"
    assert after(said("question", "answer", "nudge"), 4) == Silence(None, 60.0)
    assert after(said("question", "answer", "nudge"), 5).word == "closing"
    assert after(said("question", "answer", "nudge", "closing"), 9) == NOTHING


def test_who_was_asked_once_is_not_asked_again_before_a_closing():
    assert after(said("question", "answer", "nudge", "question", "answer"), 5).word == "closing"
    resumed = said("question", "answer", "nudge", "closing", "question", "answer")
    assert after(resumed, 5).word == "nudge"


@pytest.mark.parametrize("topic", ["thanks", "affirmation", "declined"])
def test_small_talk_that_asks_for_more_or_was_told_that_there_is_none_is_asking_enough(topic):
    assert after(said("question", "answer", "question", f"small_talk:{topic}"), 5).word == "closing"


@pytest.mark.parametrize(
    "transcript",
    [
        said(),
        said("question"),
        said("question", "fault"),
        said("question", "small_talk:farewell"),
    ],
)
def test_nothing_is_said_into_what_has_not_begun_or_has_ended(transcript):
    assert after(transcript, 6) == NOTHING


def test_nothing_is_said_while_a_person_has_the_matter():
    assert after(said("question", "handoff"), 6, with_person=True) == NOTHING


def test_who_comes_back_much_later_is_not_asked():
    assert after(said("question", "answer"), 16) == NOTHING


def test_a_pause_of_zero_is_never():
    assert silence(said("question", "answer"), START + PAUSE, timedelta(0), with_person=False) == NOTHING


def test_what_is_said_fits_what_was_said_last():
    assert words(said("question", "answer"), "nudge") == "silence_more"
    assert words(said("question", "suggestions"), "nudge") == "silence_waiting"
    assert words(said("question", "rephrase"), "nudge") == "silence_rephrase"
    assert words(said("question", "answer", "nudge"), "closing") == "silence_close"
