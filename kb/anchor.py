"""Anchors: the addresses of an article's headings, which passages are cited by."""

import unicodedata
from collections.abc import Iterable, Iterator


def anchors(headings: Iterable[str]) -> Iterator[str]:
    """One for each heading in order, as code hosts make them: lower case, hyphens, a number when taken."""
    taken: set[str] = set()
    for words in headings:
        kept = (sign for sign in words.lower() if sign in " -_" or unicodedata.category(sign)[0] in "LMN")
        wished = "".join(kept).replace(" ", "-") or "section"
        anchor, number = wished, 0
        while anchor in taken:
            number += 1
            anchor = f"{wished}-{number}"
        taken.add(anchor)
        yield anchor
