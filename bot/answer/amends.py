"""Amends: what was turned down and is not offered again, and the regret that the next offer opens with."""

from bot.answer.consider import Considered
from bot.answer.document import Document
from bot.answer.reply import Answer, Suggestions
from bot.phrase import phrase


def turned_down(document: Document, sure: float, misses: int) -> tuple[frozenset[str], frozenset[str]]:
    """Slugs of the articles, and plain texts of the passages, that are not to be offered again.

    An article that was surely the right one, by a confidence of `sure` and more or because the customer
    chose it, may have the answer elsewhere: only once, though. What was shown of it
    before it was asked to go on was not the answer.
    """
    cited = document.get("citations", ())
    passages = frozenset([*(citation["passage"] for citation in cited), *document.get("seen", ())])
    suggested = {suggestion["article"] for suggestion in document.get("suggestions", ())}
    right = document.get("chosen") or document.get("confidence", 0.0) >= sure
    opened = right and not misses
    return frozenset(suggested | {citation["article"] for citation in cited if not opened}), passages


def sorry(considered: Considered, refused: Document) -> list[str]:
    """What the next offer opens with; other replies have words of regret of their own."""
    if not isinstance(considered.reply, Answer | Suggestions):
        return []
    opening = [phrase("rated_unhelpful", considered.frame)]
    slugs = {citation["article"] for citation in refused.get("citations", ())}
    if isinstance(considered.reply, Answer) and considered.reply.hit.passage.article.slug in slugs:
        opening.append(phrase("next_passage", considered.frame))
    return opening
