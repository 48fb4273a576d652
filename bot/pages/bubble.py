"""A message of the conversation as safe HTML: what was said, its source, and what can be done with it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.answer.choice import label
from bot.answer.document import Document
from bot.answer.extract import rest_after
from bot.answer.wording import turning_down
from bot.pages import review, ways
from bot.pages.element import Html, element, joined, unseen
from bot.pages.render import html, plain_html, written_html
from bot.phrase import frame, language_name, phrase
from bot.state.record import Message
from kb.language import direction, name

LONG_PASSAGE = 420
"""Characters from which on a passage starts folded: about ten lines on a phone."""

LINES = frozenset(
    {
        "called",
        "joined",
        "passed_on",
        "handed_back",
        "put_back",
        "ended",
        "withdrawn",
        "reopened",
        "solved",
        "reviewed",
        "moved_on",
    }
)
"""Kinds of messages that tell what has changed, between those that somebody wrote."""

_CONTACT_SETTLED = frozenset({"contact", "reachable", "withdrawn", "ended"})
"""Kinds of messages after which it is no longer asked how to reach the customer."""

Form = Callable[[Message, str], Html]
"""What a message asks, in a language."""


def bubbles(messages: Iterable[Message], page_language: str) -> list[dict[str, Any]]:
    """Each message for the page; who left a contact, declined to, or needs nobody any more is not asked."""
    said = tuple(messages)
    asking_contact = _asking_contact(said)
    open_questions = ((review.asking(said), review.form), (ways.asking(said), ways.form))
    asking = {message.id: form for message, form in open_questions if message}
    return [
        {
            "id": one.id,
            "sequence": one.sequence,
            "author": one.author,
            "kind": one.kind,
            "key": one.key if one.author == "customer" else None,  # agents' keys are theirs
            "html": str(_bubble(one, page_language, contact=one is asking_contact, asks=asking.get(one.id))),
        }
        for one in said
    ]


def _asking_contact(said: Sequence[Message]) -> Message | None:
    """The message that still asks how to reach the customer."""
    for message in reversed(said):
        if message.kind in _CONTACT_SETTLED:
            return None
        if (message.document or {}).get("contact"):
            return message
    return None


def _bubble(message: Message, page_language: str, *, contact: bool, asks: Form | None) -> Html:
    document = message.document or {}
    language = frame(document.get("language") or page_language, page_language)
    spoken = language if message.author == "bot" else None
    line = " line" if message.kind in LINES else ""
    return element(
        "article",
        _author(message, page_language),
        *_body(message, document, language, contact=contact),
        *([asks(message, language)] if asks else []),
        class_=f"message {message.author} {message.kind}{line}",
        lang=spoken,
        dir=spoken and direction(spoken),
        **{"data-id": str(message.id), "data-sequence": str(message.sequence)},
    )


def _author(message: Message, page_language: str) -> Html:
    """A person's name is seen, the others' sides tell who speaks."""
    if message.author == "agent" and message.speaker:
        return element("p", element("bdi", message.speaker), class_="speaker")
    return unseen(phrase(f"author_{message.author}", page_language) + ":")


def _body(message: Message, document: dict[str, Any], language: str, *, contact: bool) -> Iterable[Html]:
    if message.author == "customer":
        yield Html(plain_html(message.text))
        if message.kind == "message":
            yield element("span", class_="mark")  # how far it has come, which the page is told as it goes on
    elif document.get("citations"):
        yield from _answer(message, document, language)
    elif message.author == "agent":
        yield Html(written_html(message.text))
    else:
        yield Html(html(message.text))
    if document.get("suggestions"):
        yield _suggestions(document, language)
    if document.get("contact") and contact:
        yield _contact(language, by_mail=bool(document.get("by_mail")))


def _answer(message: Message, document: dict[str, Any], language: str) -> Iterable[Html]:
    """The sentence that answers, the passage, the source, the thumbs."""
    citation = document["citations"][0]
    if document.get("opening"):
        yield element("p", document["opening"])
    if document.get("foreign"):
        yield _foreign(citation["language"], language)
    written = {"lang": citation["language"], "dir": direction(citation["language"])}
    if document.get("sentence"):
        yield element("p", document["sentence"], class_="lead", **written)
    yield from _passage(citation, document.get("sentence") or "", language, written)
    yield _source(citation, language)
    yield _thumbs(message, language)


def _foreign(code: str, language: str) -> Html:
    shown = language_name(code, language) or name(code)
    return element("p", phrase("answer_foreign", language, article_language=shown), class_="aside")


def _passage(
    citation: dict[str, Any], sentence: str, language: str, written: dict[str, str]
) -> Iterable[Html]:
    markdown = rest_after(sentence, citation["markdown"])
    if not markdown:
        return
    passage = element("div", Html(html(markdown)), class_="passage", **written)
    again = len(sentence) > len(markdown) // 2 and markdown == citation["markdown"].strip()
    folded = sentence and (again or len(markdown) > LONG_PASSAGE)
    yield (
        element("details", element("summary", phrase("passage_more", language)), passage)
        if folded
        else passage
    )


def _source(citation: dict[str, Any], language: str) -> Html:
    """A link to the article, at the section; the page opens it in place."""
    section = citation["section"] if citation["section"] != citation["title"] else ""
    place = [element("span", section, class_="section", dir="auto")] if section else []
    return element(
        "a",
        unseen(phrase("source", language) + ":"),
        element("strong", citation["title"], dir="auto"),
        *place,
        *_reviewed(citation["reviewed"], language),
        class_="source",
        href=citation["url"],
        **{"data-do": "read"},
    )


def _reviewed(date: str | None, language: str) -> Iterable[Html]:
    if date:
        before, after = phrase("reviewed", language, date="\0").split("\0")
        yield element("small", before, element("time", date, datetime=date), after)


def _thumbs(message: Message, language: str) -> Html:
    label = phrase("helpful_label", language)
    thumbs = (_thumb(message, helpful, language) for helpful in (True, False))
    return element(
        "div", element("span", label), *thumbs, class_="thumbs", role="group", **{"aria-label": label}
    )


def _thumb(message: Message, helpful: bool, language: str) -> Html:
    label = phrase("helpful" if helpful else "not_helpful", language)
    pressed = "true" if message.helpful is helpful else "false"
    data = {"data-do": "rate", "data-helpful": "true" if helpful else "false"}
    return element(
        "button",
        type="button",
        class_="thumb",
        title=label,
        **{"aria-label": label, "aria-pressed": pressed},
        **data,
    )


def _suggestions(document: Document, language: str) -> Html:
    choices = [
        _choice(label(one), "choose", one["article"], *_opening(one)) for one in document["suggestions"]
    ]
    none = _choice(turning_down(document, language), "none", None)
    return element("div", *choices, none, class_="choices")


def _choice(text: str, action: str, slug: str | None, *below: Html) -> Html:
    data = {"data-do": action, "data-article": slug}
    button = {"type": "button", "class_": f"choice {action}", "dir": "auto"}
    return element("button", element("span", text), *below, **button, **data)


def _opening(suggestion: Document) -> Iterable[Html]:
    """What the answer would open with."""
    if sentence := suggestion.get("sentence"):
        language = suggestion["language"]
        yield element("small", sentence, lang=language, dir=direction(language))


def _contact(language: str, *, by_mail: bool) -> Html:
    """Asked once, and no field has to be filled in; `by_mail`: what is answered goes there by itself."""
    invitation = "contact_invitation_mail" if by_mail else "contact_invitation"
    fields = (_field("name", "text", language), _field("email", "email", language))
    send = element("button", phrase("contact_send", language), class_="primary")
    skip = element("button", phrase("contact_skip", language), type="button", **{"data-do": "skip"})
    return element(
        "form",
        element("p", phrase(invitation, language)),
        *fields,
        element("div", send, skip, class_="row"),
        class_="reach card",
        novalidate="",
    )


def _field(key: str, kind: str, language: str) -> Html:
    box = element("input", name=key, type=kind, autocomplete=key, dir="auto", maxlength="200")
    return element("label", phrase(f"contact_{key}", language), box)


def welcome(examples: Iterable[str], company: str, language: str) -> str:
    """What an empty conversation opens with: who speaks, and questions to start from."""
    questions = [_choice(example, "ask", None) for example in examples]
    offered = [element("p", phrase("examples", language), class_="aside")] if questions else []
    return element(
        "article",
        element("p", phrase("welcome", language, company=company), class_="lead"),
        joined(offered),
        element("div", *questions, class_="choices"),
        class_="message bot welcome",
    )
