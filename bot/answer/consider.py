"""A question considered: its language, what is found, the reply, and the reply in words. Records nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from bot.answer import wording
from bot.answer.addition import holds
from bot.answer.condition import choices, says_only
from bot.answer.decide import Context, answer, decide
from bot.answer.document import Document, reply_document
from bot.answer.extract import Encode
from bot.answer.follow_up import (
    SURE_ALONE,
    Topic,
    added,
    as_sure_as,
    in_context,
    may_lean,
    points_back,
    says_another,
    weigh,
)
from bot.answer.language import language_of, turns
from bot.answer.reply import Answer, Handoff, Rephrase, Reply, SmallTalk, Suggestions
from bot.answer.wish import wish_of
from bot.message import accepted
from bot.phrase import frame, phrase
from bot.settings import Settings
from bot.wishes.intent import DialogueAct, Intent
from bot.wishes.meaning import vector_of
from index.hit import Found, Hit, Thresholds
from kb.abbreviation import spelled_out
from kb.article import Article
from kb.language import Language
from kb.markdown import plain
from kb.passage import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.index import Index

MOST_HITS = 5
MOST_HITS_FOR_A_CHOICE = 20
NEVER = Thresholds(answer=1.0, suggest=1.0)
LEAST_FIT = 0.1
"""How much a further passage must speak to the question to be shown after one that did not help."""


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
    topic: Topic | None = None
    """What was answered last in the conversation."""
    asked: str | None = None
    """What was looked up last in the conversation."""
    unanswered: str | None = None
    """The same, where the last reply asked for more."""


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


@dataclass(frozen=True, slots=True)
class Understood:
    """A message before anything is looked up."""

    language: Language
    intent: Intent | None
    """What it wishes beside knowledge."""
    started: float
    """When that began, by `perf_counter`: the reply's time counts from there."""


def understand(message: str, basis: Basis) -> Understood:
    """The language of a message, and its wish."""
    started = perf_counter()
    language = _language(message, basis)
    page = basis.context.language or basis.page_language
    wished = wish_of(message, language, basis.index, basis.settings.model, page)
    return Understood(language, wished, started)


def consider(question: str, basis: Basis, understood: Understood | None = None) -> Considered:
    """The reply to a question; `understood` where that was done already."""
    understood = understood or understand(question, basis)
    language, intent = understood.language, understood.intent
    if intent is not None and not (basis.language or basis.context.language):
        language = Language(intent.language, language.certainty)
    return _considered(_reply(question, language, basis, intent), language, basis, understood.started)


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
    if isinstance(reply, Suggestions) and reply.condition is None:
        return _reworded(considered, wording.next_suggestions(reply, considered.frame))
    if isinstance(reply, Rephrase):  # something was found, and was turned down
        return _reworded(considered, phrase("nothing_more", considered.frame))
    return considered


def give_up(question: str, basis: Basis) -> Considered:
    """A person, after a second answer in a row did not help; told what was found and turned down."""
    started = perf_counter()
    language = _language(question, basis)
    found = _search(question, language, basis)
    return _considered(Handoff(found, "low_confidence"), language, basis, started)


def talk(act: DialogueAct, message: str, basis: Basis) -> Considered:
    """A word in between, in the language of the message."""
    started, language = perf_counter(), _language(message, basis)
    return _considered(SmallTalk(act, language.code), language, basis, started)


def find(question: str, language: Language, basis: Basis) -> Found:
    """What the articles have on a question, in the light of what was answered last where it leans on that.

    Nothing of it was turned down before.
    """
    index, rejected = basis.index, basis.context.rejected
    alone = _search(question, language, basis, rejected)
    if index is None:
        return alone
    found = _completed(alone, basis, index) or _in_light_of_topic(alone, basis, index)
    return _unseen(found, index, basis.context)


def choose(slug: str, questions: Sequence[str], basis: Basis) -> Considered | None:
    """The answer of the article that was chosen; None where none of the questions finds it any more.

    A passage of it that was turned down is not shown again.
    """
    started = perf_counter()
    if basis.index is None:
        return None
    for question in questions:
        language = _language(question, basis)
        found = _search(question, language, basis, k=MOST_HITS_FOR_A_CHOICE)
        for hit in _unseen(found, basis.index, basis.context).hits:
            if hit.passage.article.slug == slug:
                considered = _considered(answer(found, hit, _encode(basis.index)), language, basis, started)
                return replace(considered, document={**considered.document, "chosen": True})
    return None


def go_on(message: str, answered: Document, basis: Basis) -> Considered | None:
    """The passage below the one that was answered with, by that answer's document; None where none is."""
    started, [shown, *_] = perf_counter(), answered["citations"]
    language = _language(message, basis)
    if basis.index is None:
        return None
    found = _search(answered["question"], language, basis, k=MOST_HITS_FOR_A_CHOICE)
    hit = next((hit for hit in found.hits if hit.passage.article.slug == shown["article"]), None)
    seen = [*answered.get("seen", ()), shown["passage"]]
    passage = _following(hit.passage.article, seen, found, basis.index) if hit else None
    if hit is None or passage is None:
        return None
    foreign = passage.article.language != language.code
    reply = Answer(found, replace(hit, passage=passage), "", foreign, passage.places[0])
    considered = _considered(reply, language, basis, started)
    return replace(considered, document={**considered.document, "seen": seen})


def look_up(question: str, basis: Basis, k: int = MOST_HITS) -> Found:
    """What the public articles have on a question, with what was turned down before."""
    return _search(question, _language(question, basis), basis, k=k)


def _language(question: str, basis: Basis) -> Language:
    spoken, pages = basis.context.language, basis.settings.languages
    previous = spoken or basis.page_language
    found = language_of(question, basis.index, pages, said=basis.language, previous=previous)
    stays = spoken and not basis.language and not turns(question, found, spoken)
    return Language(spoken, found.certainty) if spoken and stays else found


def _reply(question: str, language: Language, basis: Basis, intent: Intent | None) -> Reply:
    index, context = basis.index, basis.context
    found = _matter(question, language, basis, intent)
    if index is None:
        return decide(found, NEVER, context, intent) if intent else Handoff(found, "missing_knowledge")
    thresholds = index.thresholds(basis.settings.wrong_answers)
    choosable = () if intent else _choices(found, basis, index)
    reply = decide(found, thresholds, context, intent, encode=_encode(index), choices=choosable)
    if isinstance(reply, Handoff) and context.rejected:  # the person sees also what was turned down
        return Handoff(_search(found.question, found.language, basis), reply.reason)
    return reply


def _matter(message: str, language: Language, basis: Basis, intent: Intent | None) -> Found:
    """What the articles have on what a message is about: a call for a person, on what was asked before."""
    if (
        intent is None
        or intent.wish in ("upset", "danger")
        or (intent.wish == "person" and not may_lean(message))
    ):
        return find(message, language, basis)
    missed_again = intent.wish == "unhelpful" and basis.context.misses
    if basis.asked and (intent.wish == "person" or missed_again):
        return look_up(basis.asked, basis)
    return Found(message, language, (), 0.0)


def _search(
    question: str,
    language: Language,
    basis: Basis,
    rejected: frozenset[str] = frozenset(),
    k: int = MOST_HITS,
) -> Found:
    """Articles in the question's language, else in the page's, else as they were found."""
    if basis.index is None:
        return Found(question, language, (), 0.0)
    found = basis.index.search(question, language, audience="public", k=k, exclude=rejected)
    shown = (_as_on_page(hit, found, basis.page_language, basis.index) for hit in found.hits)
    return replace(found, hits=tuple(shown))


def _as_on_page(hit: Hit, found: Found, page_language: str, index: "Index") -> Hit:
    article = hit.passage.article
    if article.language in (found.language.code, page_language):
        return hit
    for one in index.public:
        if one.slug == article.slug and one.language == page_language:
            return replace(hit, passage=index.fitting(one, found.question, found.language)[0][0])
    return hit


def _choices(found: Found, basis: Basis, index: "Index") -> tuple[Hit, ...]:
    """Articles that answer under different conditions; none where the conversation is about one of them."""
    about = basis.topic.title if basis.topic else None
    if not found.hits or found.hits[0].passage.article.title == about:
        return ()

    def fitting(article: Article) -> tuple[Passage, float]:
        fits = index.fitting(article, found.question, found.language)
        return fits[0][0], max(fit for _, fit in fits)

    articles = (one for one in index.public if one.slug not in basis.context.rejected)
    return choices(found.question, found.hits[0], articles, fitting)


def _completed(alone: Found, basis: Basis, index: "Index") -> Found | None:
    """What an open question finds once its product is named; None where that is nothing, or was not named."""
    named, language, asked = alone.question, alone.language, basis.unanswered
    if not asked or not alone.hits or not says_only(named, alone.hits[0].passage.article, language.code):
        return None
    within = _search(in_context(named, Topic(asked, asked)), language, basis, basis.context.rejected)
    if not within.hits:
        return None
    passage, fit = index.fitting(within.hits[0].passage.article, asked, language)[0]
    first, *others = as_sure_as(replace(within.hits[0], passage=passage), fit), *within.hits[1:]
    if first.passage.article.slug == alone.hits[0].passage.article.slug:  # named, so at least offered
        offered = index.thresholds(basis.settings.wrong_answers).suggest
        first = replace(first, confidence=max(first.confidence, min(offered, alone.confidence)))
    return replace(within, hits=tuple(sorted((first, *others), key=lambda hit: -hit.confidence)))


def _in_light_of_topic(alone: Found, basis: Basis, index: "Index") -> Found:
    question, language, topic = alone.question, alone.language, basis.topic
    if topic is None or not may_lean(question):
        return alone
    back = points_back(question, language.code)
    sure = min(SURE_ALONE, index.thresholds(basis.settings.wrong_answers).answer)
    if alone.confidence >= sure and not back:
        return alone
    within = _search(in_context(question, topic), language, basis, basis.context.rejected)
    if not within.hits or says_another(alone, within):
        return alone
    passage, fit = index.fitting(within.hits[0].passage.article, question, language)[0]
    first = replace(within.hits[0], passage=passage)
    weighed = weigh(alone, replace(within, hits=(first, *within.hits[1:])), fit, back=back)
    carried = _carried_on(alone, topic, basis, index)
    return _surer(carried, weighed) if carried else weighed


def _carried_on(alone: Found, topic: Topic, basis: Basis, index: "Index") -> Found | None:
    """What the last question finds with what was added to it: "and Sweden?" after a price for Germany.

    None unless a passage of the article that was answered with has what was added: that which answers the
    last question, else the best for both. It is as sure then as the last question was, though another article
    may seem nearer, such as one on countries.
    """
    language, new = alone.language, added(alone.question, alone.language.code)
    if not new:
        return None
    last, whole = (
        _search(question, language, basis, basis.context.rejected)
        for question in (topic.question, f"{topic.question} {new}")
    )
    if not last.hits:
        return None
    answered = last.hits[0].passage.article.title if topic.title == topic.question else topic.title
    first = next((hit for hit in whole.hits if hit.passage.article.title == answered), None)
    if first is None:
        return None
    article = first.passage.article
    best = (index.fitting(article, asked, language)[0][0] for asked in (topic.question, whole.question))
    passage = next((one for one in best if _has(one, new)), None)
    if passage is None:
        return None
    before = max((hit.confidence for hit in last.hits if hit.passage.article == article), default=0.0)
    first = replace(first, passage=passage, confidence=max(first.confidence, before))
    others = (hit for hit in whole.hits if hit.passage.article.slug != article.slug)
    return replace(whole, question=alone.question, hits=(first, *others), added=new)


def _surer(carried: Found, weighed: Found) -> Found:
    """What was carried on, as sure as either is, unless another article is likelier."""
    first, other = carried.hits[0], weighed.hits[0]
    if first.passage.article == other.passage.article:
        first = replace(first, confidence=max(first.confidence, other.confidence))
    if first.confidence < other.confidence:
        return weighed
    return replace(carried, hits=(first, *carried.hits[1:]))


def _following(article: Article, seen: list[str], found: Found, index: "Index") -> Passage | None:
    """The passage of an article below those that were `seen` in a row, as two may have the same words."""
    fitting = index.fitting(article, found.question, found.language)
    passages = sorted((passage for passage, _ in fitting), key=lambda passage: passage.first_line)
    words = [passage.plain for passage in passages]
    runs = (seen[start:] for start in range(len(seen)))  # a shorter one where the article was edited since
    ends = (
        end for run in runs for end in range(len(run), len(words) + 1) if words[end - len(run) : end] == run
    )
    return next(iter(passages[next(ends, len(words)) :]), None)


def _has(passage: Passage, new: str) -> bool:
    language = passage.article.language
    text = plain(spelled_out(passage.text, language))
    return holds(" ".join([*passage.heading, text]), new, language)


def _unseen(found: Found, index: "Index", context: Context) -> Found:
    """Each hit with a passage that was not turned down; without those that have none."""
    if not context.passages:
        return found
    hits = []
    for hit in found.hits:
        if hit.passage.plain not in context.passages:
            hits.append(hit)
            continue
        fitting = index.fitting(hit.passage.article, found.question, found.language)
        fresh = (
            passage for passage, fit in fitting if fit >= LEAST_FIT and passage.plain not in context.passages
        )
        if (passage := next(fresh, None)) is not None:
            hits.append(replace(hit, passage=passage))
    return replace(found, hits=tuple(hits))


def _encode(index: "Index") -> Encode:
    def encode(texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np

        # an encoder is hashed by its identity
        return np.stack([vector_of(index.encoder, text) for text in texts])  # type: ignore[arg-type]

    return encode


def _considered(reply: Reply, language: Language, basis: Basis, started: float) -> Considered:
    speaks = frame(language.code, basis.page_language)
    text = wording.text(reply, speaks, basis.settings)
    milliseconds = (perf_counter() - started) * 1000
    document = reply_document(reply, text, language.code, milliseconds)
    return Considered(reply, language, speaks, text, document)


def _reworded(considered: Considered, text: str) -> Considered:
    return replace(considered, text=text, document={**considered.document, "text": text})
