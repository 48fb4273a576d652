"""A reply in words: Markdown, in a language that has phrases."""

import re
from collections.abc import Iterable
from typing import assert_never

from bot.answer.document import Document
from bot.answer.extract import rest_after
from bot.answer.link import article_url, followed
from bot.answer.reply import Answer, Handoff, Rephrase, Reply, SmallTalk, Suggestions
from bot.phrase import language_name, phrase, run_on
from bot.settings import Settings
from kb.article import Article
from kb.language import name
from kb.passage import Place

_MARKS = re.compile(r"([\\`*_\[\]<>#|])")

_ASKS_FOR = {None: "suggestions", "product": "suggestions_product", "country": "suggestions_country"}


def text(reply: Reply, language: str, settings: Settings) -> str:
    """What the bot says; suggestions and the ticket's number are the caller's to add as they are chosen."""
    match reply:
        case Answer():
            return _answer(reply, language)
        case Suggestions(condition=None, hits=[_]):
            return phrase("suggestions_one", language)
        case Suggestions(condition=condition):
            return phrase(_ASKS_FOR.get(condition, "suggestions_case"), language)
        case Rephrase():
            return phrase("rephrase", language)
        case Handoff(reason=reason):
            return handoff(reason, language)
        case SmallTalk(act=act):
            return phrase(f"talk_{act}", language, company=settings.company)
        case _:
            assert_never(reply)


def handoff(reason: str, language: str) -> str:
    """What a customer is told who is handed over for that reason; in danger how to get to safety, first."""
    said = phrase(f"handoff_{reason}", language)
    return in_danger(said, language) if reason == "danger" else said


def ticket(number: int, when: Iterable[str], language: str) -> str:
    """What a customer is told who was handed over: the number, what is known, and when somebody comes."""
    number_is = phrase("ticket_number", language, number=number)
    return run_on((number_is, phrase("ticket_known", language), *when), language)


def in_danger(said: str, language: str) -> str:
    """What somebody in danger is told, whatever else there is to say: to get to safety, and whom to call."""
    return f"{phrase('danger', language)}\n\n{said}"


def next_suggestions(reply: Suggestions, language: str) -> str:
    """What the bot says with them after its last reply did not help."""
    return phrase("suggestions_next" if len(reply.hits) > 1 else "suggestions_next_one", language)


def turning_down(document: Document, language: str) -> str:
    """What the customer says to whom none of a reply's suggestions is right."""
    return phrase("none_of_these" if len(document.get("suggestions", ())) != 1 else "not_this", language)


def source(article: Article, place: Place, language: str) -> str:
    """Where an answer is from: title with link, section and date of the last check."""
    parts = [f"[{_escaped(article.title)}]({article_url(article, place.anchor)})"]
    if place.heading and place.heading[-1] != article.title:
        parts.append(_escaped(place.heading[-1]))
    if article.reviewed:
        parts.append(phrase("reviewed", language, date=article.reviewed.isoformat()))
    return f"{phrase('source', language)}: {' · '.join(parts)}"


def elsewhere(reply: Reply, language: str, settings: Settings) -> str:
    """What the bot says where there is no conversation to hand over: who needs a person is told the way."""
    if isinstance(reply, Handoff):
        way = phrase("handoff_elsewhere", language, button=phrase("person_button", language))
        return in_danger(way, language) if reply.reason == "danger" else way
    return text(reply, language, settings)


def _answer(reply: Answer, language: str) -> str:
    """The sentence that answers, the passage it stands in, and the source."""
    parts = [_notice(reply, language)] if reply.foreign else []
    if reply.sentence:
        parts.append(f"**{_escaped(reply.sentence)}**")
    parts += [_rest(reply), source(reply.hit.passage.article, reply.place, language)]
    return "\n\n".join(part for part in parts if part)


def _notice(reply: Answer, language: str) -> str:
    code = reply.hit.passage.article.language
    return phrase("answer_foreign", language, article_language=language_name(code, language) or name(code))


def _rest(reply: Answer) -> str:
    article = reply.hit.passage.article
    return rest_after(reply.sentence, followed(reply.hit.passage.text, article))


def _escaped(plain: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(plain.split()))
