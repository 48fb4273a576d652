"""What can be read off a conversation so far: what was asked, and what was offered."""

from collections.abc import Collection, Sequence

from bot.answer.choice import label, place
from bot.answer.condition import named
from bot.answer.follow_up import Topic, stands_alone
from bot.state.record import Message

NEAR = 6
"""Messages back to which an answer is still what the conversation is about."""
_OPEN = ("suggestions", "rephrase")
"""Kinds of replies that leave a question open."""
_BETWEEN = ("small_talk", "nudge")
"""Kinds of replies after which an offer still stands."""


def offered(transcript: Sequence[Message], slug: str) -> tuple[str, str] | None:
    """What was asked when this article was last suggested, and the question it was suggested by."""
    for message in reversed(transcript):
        document = message.document or {}
        for suggestion in document.get("suggestions", ()):
            if suggestion["article"] == slug:
                return document["question"], label(suggestion)
    return None


def named_choice(
    offer: Message, message: str, languages: Sequence[str] = (), *, yes: bool = True
) -> str | None:
    """The slug of the article that a message chooses from an offer.

    By its condition, where the bot has asked for one, else by its place in the words of these languages;
    `yes` says whether a yes may choose.
    """
    suggestions = (offer.document or {}).get("suggestions", ())
    labels = [label(one) for one in suggestions]
    asked = bool(labels) and all("condition" in one for one in suggestions)
    chosen = named(message, labels) if asked else None
    if chosen is None and labels:
        chosen = place(message, labels, languages, yes=yes)
    return None if chosen is None else str(suggestions[chosen]["article"])


def last_suggestions(transcript: Sequence[Message]) -> Message | None:
    """The suggestions that can still be chosen from: nothing but small talk was said by the bot since."""
    said = (one for one in reversed(transcript) if one.author == "bot" and one.kind not in _BETWEEN)
    last = next(said, None)
    return last if last is not None and last.kind == "suggestions" else None


def asks_which(transcript: Sequence[Message]) -> bool:
    """Whether the bot said last that it wants to know which of its suggestions is meant."""
    return talked_of(transcript) == "which_one"


def talked_of(transcript: Sequence[Message]) -> str | None:
    """What the bot's last word was about, if it was small talk."""
    said = _last_of_bot(transcript)
    return None if said is None else (said.document or {}).get("topic")


def last_question(transcript: Sequence[Message]) -> str | None:
    """The latest question that was looked up."""
    documents = (message.document for message in reversed(transcript) if message.document)
    return next((document["question"] for document in documents if document.get("question")), None)


def unanswered(transcript: Sequence[Message]) -> str | None:
    """The question to which the bot said last that it needs more."""
    said = _last_of_bot(transcript)
    return (said.document or {}).get("question") if said is not None and said.kind in _OPEN else None


def last_offer(transcript: Sequence[Message]) -> Message | None:
    """What the bot said last, if that was an answer or suggestions, which can be turned down."""
    said = _last_of_bot(transcript)
    return said if said is not None and said.kind in ("answer", "suggestions") else None


def suggested_last(transcript: Sequence[Message]) -> bool:
    """Whether the bot said last what there is to choose from, so that a yes is said to that."""
    said = _last_of_bot(transcript)
    return said is not None and said.kind == "suggestions"


def open_question(
    transcript: Sequence[Message], asking: Collection[str], settling: Collection[str]
) -> Message | None:
    """The message whose question is still open: the latest of those that ask it or settle it, if it asks."""
    latest = next((one for one in reversed(transcript) if one.kind in (*asking, *settling)), None)
    return latest if latest is not None and latest.kind in asking else None


def topic(transcript: Sequence[Message]) -> Topic | None:
    """What was answered last, or asked since without an answer, unless that is long ago or did not help.

    Of what was asked the latest question counts that is whole: "what does delivery cost", not "in Poland?".
    """
    scrap = None
    for message in reversed(transcript[-NEAR:]):
        document = message.document or {}
        if message.kind == "handoff":
            break
        if message.kind == "answer" and document.get("citations"):
            if message.helpful is False:
                break
            title = document["citations"][0]["title"]
            return Topic(title, _whole(transcript, title) or document["question"])
        if message.kind in _OPEN and (question := document.get("question")):
            if stands_alone(question, document["language"]):
                return Topic(question, question)
            scrap = scrap or Topic(question, question)
    return scrap


def _last_of_bot(transcript: Sequence[Message]) -> Message | None:
    return next((message for message in reversed(transcript) if message.author == "bot"), None)


def _whole(transcript: Sequence[Message], title: str) -> str | None:
    """The latest question that says what it is about, of those in a row that this article answered."""
    for message in reversed(transcript[-NEAR:]):
        document = message.document or {}
        if message.kind != "answer" or not document.get("citations"):
            continue
        if document["citations"][0]["title"] != title:
            return None
        if stands_alone(document["question"], document["language"]):
            return str(document["question"])
    return None
