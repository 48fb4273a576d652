"""The JSON documents of the contracts: what commands and the HTTP interface answer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.answer.condition import condition
from bot.answer.extract import codes
from bot.answer.link import article_url, followed
from bot.answer.reply import Answer, Handoff, Kind, Rephrase, Reply, SmallTalk, Suggestions
from index.hit import Found, Hit
from kb.passage import Place

if TYPE_CHECKING:
    from index.explain import Explanation, Part

Document = dict[str, Any]


def reply_document(reply: Reply, text: str, language: str, milliseconds: float) -> Document:
    """What `ask` answers; `text` is the reply in words, Markdown."""
    found = None if isinstance(reply, SmallTalk) else reply.found
    document: Document = {
        "kind": kind(reply),
        "text": text,
        "question": found.question if found else None,
        "language": found.language.code if found else language,
        "certainty": round(found.language.certainty, 4) if found else None,
        "confidence": round(_confidence(reply), 4),
        "citations": [citation(reply.hit, reply.place)] if isinstance(reply, Answer) else [],
        "suggestions": _suggestions(reply) if isinstance(reply, Suggestions) else [],
        "milliseconds": round(milliseconds, 1),
    }
    if isinstance(reply, Answer):
        document |= {"sentence": reply.sentence, "foreign": reply.foreign}
    if isinstance(reply, SmallTalk):
        document["topic"] = reply.act
    if isinstance(reply, Handoff):
        document["reason"] = reply.reason
    return document


def search_document(found: Found) -> Document:
    """What `search` answers."""
    return {
        "question": found.question,
        "language": {"code": found.language.code, "certainty": round(found.language.certainty, 4)},
        "hits": [{**citation(hit), "similarity": round(hit.similarity, 4)} for hit in found.hits],
        "milliseconds": round(found.milliseconds, 1),
    }


def explained_document(found: Found, explanations: "Sequence[Explanation]") -> Document:
    """What `search --explain` answers: the same, and with each hit why it was found."""
    document = search_document(found)
    pairs = zip(document["hits"], explanations, strict=True)
    return {**document, "hits": [{**hit, "explanation": explanation(one)} for hit, one in pairs]}


def explanation(explained: "Explanation") -> Document:
    """Which field, which words and what else counted, and how much."""
    hit = explained.hit
    return {
        "read_as": explained.read_as,
        "field": {"kind": hit.field, "text": hit.matched, "similarity": round(hit.similarity, 4)},
        "order": [_part(part) for part in explained.order],
        "confidence": [_part(part) for part in explained.confidence],
        "words": [
            {
                "word": word.text,
                "counted": round(word.counted, 4),
                "most": round(word.most, 4),
                "known": word.known,
            }
            for word in explained.words
        ],
        "rest": None
        if explained.rest is None
        else {
            "text": explained.rest.text,
            "similarity": round(explained.rest.similarity, 4),
            "covered": round(explained.rest.covered, 4),
        },
    }


def kind(reply: Reply) -> Kind:
    """The reply's name in documents and in the database."""
    kinds: dict[type, Kind] = {
        Answer: "answer",
        Suggestions: "suggestions",
        Rephrase: "rephrase",
        Handoff: "handoff",
        SmallTalk: "small_talk",
    }
    return kinds[type(reply)]


def citation(hit: Hit, place: Place | None = None) -> Document:
    """Where a passage stands, or a place in it, and the passage itself."""
    passage, article = hit.passage, hit.passage.article
    place = place or passage.places[0]
    return {
        "article": article.slug,
        "language": article.language,
        "title": article.title,
        "passage": passage.plain,
        "markdown": followed(passage.text, article),
        "section": " › ".join(place.heading),
        "anchor": place.anchor,
        "url": article_url(article, place.anchor),
        "reviewed": article.reviewed.isoformat() if article.reviewed else None,
        "confidence": round(hit.confidence, 4),
    }


def _suggestions(reply: Suggestions) -> list[Document]:
    """Questions to choose from; those that differ by a condition say which it is, others how they answer."""
    documents = [suggestion(hit, reply.found.question) for hit in reply.hits]
    if reply.condition is None:
        opening = reply.sentences or [""] * len(documents)
        return [{**one, "sentence": sentence} for one, sentence in zip(documents, opening, strict=True)]
    held = [condition(hit.passage.article) for hit in reply.hits]
    return [
        {**one, "condition": {"name": under.name, "value": under.value}} if under else one
        for one, under in zip(documents, held, strict=True)
    ]


def suggestion(hit: Hit, asked: str) -> Document:
    """A question that the article answers, to choose from; its title where that one is about another code."""
    article = hit.passage.article
    fits = hit.matched in article.questions and codes(hit.matched) <= codes(asked)
    return {
        "question": hit.matched if fits else article.title,
        "article": article.slug,
        "language": article.language,
        "confidence": round(hit.confidence, 4),
    }


def _part(part: "Part") -> Document:
    return {"name": part.name, "value": round(part.value, 4), "counted": round(part.counted, 4)}


def _confidence(reply: Reply) -> float:
    match reply:
        case Answer(hit=hit):
            return hit.confidence
        case Suggestions(hits=hits):
            return hits[0].confidence
        case Rephrase(found=found) | Handoff(found=found):
            return found.confidence if found else 0.0
        case SmallTalk():
            return 0.0
