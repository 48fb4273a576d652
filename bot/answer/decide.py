"""The staircase from sure to not sure: answer, suggest, ask again, hand over to a person."""

from dataclasses import dataclass

from bot.answer.condition import condition
from bot.answer.extract import Encode, answering_statement
from bot.answer.reply import Answer, Handoff, Rephrase, Reply, SmallTalk, Suggestions
from bot.wishes.intent import Intent
from index.hit import Found, Hit, Thresholds

MOST_SUGGESTIONS = 3
UNLIKELY = 0.05
"""Confidence below which nothing is offered beside the likeliest: of 921 second and third suggestions in
eight sets of questions 15 were right, of the other 617 one in nine."""


@dataclass(frozen=True, slots=True)
class Context:
    """What went before in a conversation, as far as it matters to the next reply."""

    misses: int = 0
    """Questions in a row that found no answer."""
    rejected: frozenset[str] = frozenset()
    """Slugs of the articles that the customer turned down."""
    language: str | None = None
    """The language of the conversation so far."""
    passages: frozenset[str] = frozenset()
    """Plain texts of the passages that were shown and did not help."""


def decide(
    found: Found,
    thresholds: Thresholds,
    context: Context,
    intent: Intent | None,
    *,
    encode: Encode | None = None,
    choices: tuple[Hit, ...] = (),
) -> Reply:
    """The reply to a question, from nothing but the arguments; `choices` answer it under other conditions."""
    if intent is None:
        return _ask_condition(found, thresholds, choices) or _climb(found, thresholds, context, encode)
    match intent.wish:
        case "person":
            return Handoff(found, "asked")
        case "danger":
            return Handoff(found, "danger")
        case "upset":
            return Handoff(found, "upset")
        case "refusal":  # of nothing that was offered, such as whether there is more
            return SmallTalk("declined", intent.language)
        case "unhelpful":  # and nothing was offered last that could be turned down
            return Handoff(found, "repeated_miss") if context.misses else Rephrase(found)
        case _:
            return SmallTalk(intent.wish, intent.language)


def answer(found: Found, hit: Hit, encode: Encode | None = None) -> Answer:
    """The answer that one hit gives, whatever its confidence: the customer may have chosen it."""
    statement = answering_statement(
        found.question, hit.passage, encode, found.added, asked_in=found.language.code
    )
    foreign = hit.passage.article.language != found.language.code
    places = hit.passage.places
    at = statement.place if statement else 0
    place = places[min(at, len(places) - 1)]  # a text that was cut within a line may open with a "#"
    return Answer(found, hit, statement.said if statement else "", foreign, place)


def _ask_condition(found: Found, thresholds: Thresholds, choices: tuple[Hit, ...]) -> Suggestions | None:
    """What the answer depends on, asked for with a button each, where it is likely to be one of them."""
    together = min(1.0, sum(hit.confidence for hit in choices))
    depends_on = condition(choices[0].passage.article) if choices else None
    if depends_on is None or together < thresholds.suggest:
        return None
    return Suggestions(found, choices, depends_on.name)


def _climb(found: Found, thresholds: Thresholds, context: Context, encode: Encode | None) -> Reply:
    likely = tuple(hit for hit in found.hits if hit.passage.article.slug not in context.rejected)
    confidence = likely[0].confidence if likely else 0.0
    if likely and confidence >= thresholds.answer:
        return answer(found, likely[0], encode)
    others = (hit for hit in likely[1:MOST_SUGGESTIONS] if hit.confidence >= UNLIKELY)
    offered = (*likely[:1], *others)
    if offered and min(1.0, sum(hit.confidence for hit in offered)) >= thresholds.suggest:
        opens = tuple(answer(found, hit, encode).sentence for hit in offered)
        return Suggestions(found, offered, sentences=opens)  # likely one of them, though none alone
    if context.misses == 0:
        return Rephrase(found)
    return Handoff(found, "repeated_miss")
