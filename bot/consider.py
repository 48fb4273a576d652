"""A question considered: its language, what is found, the reply, and the reply in words. Records nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

from bot import wording
from bot.decide import Context, answer, decide
from bot.document import Document, reply_document
from bot.extract import Encode
from bot.intent import Intent, recognise
from bot.language import language_of, turns
from bot.message import accepted
from bot.phrase import frame, phrase
from bot.reply import Handoff, Reply, Suggestions
from bot.settings import Settings
from index.hit import Found, Thresholds
from kb.language import Language

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.index import Index

MOST_HITS = 5
MOST_HITS_FOR_A_CHOICE = 20
NEVER = Thresholds(answer=1.0, suggest=1.0)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a question is considered on."""

    index: "Index | None"
    """None while none can be opened: then a person is called, small talk aside."""
    settings: Settings
    page_language: str
    context: Context = field(default_factory=Context)
    language: str | None = None
    """The question's, where the asker has said it."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A reply, ready to be said."""

    reply: Reply
    language: Language
    """The question's."""
    frame: str
    """The language in which the bot speaks."""
    text: str
    document: Document


def consider(question: str, basis: Basis) -> Considered:
    """The reply to a question."""
    started = perf_counter()
    language = _language(question, basis)
    intent = recognise(question, language.code)
    if intent is not None:
        language = Language(intent.language, language.certainty)
    return _considered(_reply(question, language, basis, intent), language, basis, started)


def consider_once(text: str, basis: Basis) -> Considered:
    """The reply to a message outside of any conversation; raises Unreadable."""
    speaks = frame(basis.language or "", basis.page_language)
    checked = accepted(text, basis.settings.max_message, speaks)
    considered = consider(checked.text, basis)
    return _reworded(considered, wording.elsewhere(considered.reply, considered.frame, basis.settings))


def reconsider(question: str, basis: Basis) -> Considered:
    """The next reply to a question whose last one did not help."""
    started = perf_counter()
    language = _language(question, basis)
    reply = _reply(question, language, basis, None)
    if isinstance(reply, Handoff) and reply.reason == "repeated_miss":
        reply = Handoff(reply.found, "low_confidence")
    considered = _considered(reply, language, basis, started)
    if isinstance(reply, Suggestions):
        return _reworded(considered, phrase("suggestions_next", considered.frame))
    return considered


def choose(slug: str, questions: Sequence[str], basis: Basis) -> Considered | None:
    """The answer of the article that was chosen; None where none of the questions finds it any more."""
    started = perf_counter()
    if basis.index is None:
        return None
    for question in questions:
        language = _language(question, basis)
        found = _search(question, language, basis.index, frozenset(), MOST_HITS_FOR_A_CHOICE)
        for hit in found.hits:
            if hit.passage.article.slug == slug:
                reply = answer(found, hit, _encode(basis.index))
                return _considered(reply, language, basis, started)
    return None


def look_up(question: str, basis: Basis, k: int = MOST_HITS) -> Found:
    """What the public articles have on a question, with what was turned down before."""
    return _search(question, _language(question, basis), basis.index, frozenset(), k)


def _language(question: str, basis: Basis) -> Language:
    spoken, pages = basis.context.language, basis.settings.languages
    previous = spoken or basis.page_language
    found = language_of(question, basis.index, pages, said=basis.language, previous=previous)
    stays = spoken and not basis.language and not turns(question, found, spoken)
    return Language(spoken, found.certainty) if spoken and stays else found


def _reply(question: str, language: Language, basis: Basis, intent: Intent | None) -> Reply:
    index, context = basis.index, basis.context
    talks = intent is not None and intent.wish not in ("person", "upset")
    found = _search(question, language, None if talks else index, context.rejected)
    if index is None:
        return decide(found, NEVER, context, intent) if intent else Handoff(found, "missing_knowledge")
    thresholds = index.thresholds(basis.settings.wrong_answers)
    reply = decide(found, thresholds, context, intent, encode=_encode(index))
    if isinstance(reply, Handoff) and context.rejected:  # the person sees also what was turned down
        return Handoff(_search(question, language, index, frozenset()), reply.reason)
    return reply


def _search(
    question: str, language: Language, index: "Index | None", rejected: frozenset[str], k: int = MOST_HITS
) -> Found:
    if index is None:
        return Found(question, language, (), 0.0)
    return index.search(question, language, audience="public", k=k, exclude=rejected)


def _encode(index: "Index") -> Encode:
    def encode(texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        # an encoder is hashed by its identity
        return np.stack([_vector(index.encoder, text) for text in texts])  # type: ignore[arg-type]

    return encode


@lru_cache(maxsize=4096)
def _vector(encoder: "Encoder", text: str) -> "NDArray[np.float32]":
    """A vector; those of sentences that answer often are at hand (1.5 KB each)."""
    return encoder.question(text)


def _considered(reply: Reply, language: Language, basis: Basis, started: float) -> Considered:
    speaks = frame(language.code, basis.page_language)
    text = wording.text(reply, speaks, basis.settings)
    milliseconds = (perf_counter() - started) * 1000
    document = reply_document(reply, text, language.code, milliseconds)
    return Considered(reply, language, speaks, text, document)


def _reworded(considered: Considered, text: str) -> Considered:
    return replace(considered, text=text, document={**considered.document, "text": text})
