"""A mark: the name of a passage by which it is found again after the articles were rebuilt."""

import re

from bot.answer.link import find
from index.index import Index
from kb.passage import Passage

_MARK = re.compile(r"([a-z]{2,3})/(.+)#([^#]*)~(\d+)")


def mark_of(passage: Passage, index: Index) -> str:
    """Language, slug, the heading it stands under, and its place among those under the same one."""
    article = passage.article
    same = [one for one in index.passages(article) if one.anchor == passage.anchor]
    place = same.index(passage) if passage in same else 0
    return f"{article.language}/{article.slug}#{passage.anchor}~{place}"


def marked(mark: str, index: Index) -> Passage | None:
    """The passage of that name as it reads now, else the article's first; None where that is gone."""
    match = _MARK.fullmatch(mark)
    if match is None:
        return None
    language, slug, anchor, place = match.groups()
    article = find(index.articles, language, slug)
    if article is None:
        return None
    passages = index.passages(article)
    same = [one for one in passages if one.anchor == anchor]
    if not same:
        return passages[0] if passages else None
    return same[min(int(place), len(same) - 1)]
