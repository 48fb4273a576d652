"""The language of a question: what its asker said, else what the text shows, else whose words it uses."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from kb.language import Language, detect

UNSURE = 0.7  # certainty below which the articles' own words are heard, too
LEAD = 0.5  # share of the words that one language must know beyond each other one


class Lexicon(Protocol):
    """What an index tells of languages."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    def known_words(self, question: str) -> Mapping[str, float]:
        """Share of the question's words that the articles of each language hold."""


def language_of(
    question: str,
    lexicon: Lexicon | None,
    page_languages: Sequence[str],
    *,
    said: str | None = None,
    previous: str | None = None,
) -> Language:
    """One of the articles' and the page's languages; for sure where it was said.

    A word or two ("return label", "zwrot") can tell statistics little; if only one language's articles use
    them, it is that one.
    """
    if said:
        return Language(said, 1.0)
    among = tuple(dict.fromkeys((*page_languages, *(lexicon.languages if lexicon else ()))))
    found = detect(question, among, previous=previous)
    if lexicon is None or found.certainty >= UNSURE:
        return found
    return _by_words(found, lexicon.known_words(question))


def _by_words(found: Language, shares: Mapping[str, float]) -> Language:
    """The language that alone knows the words; `found` where there is none."""
    for code, share in shares.items():
        others = [other for language, other in shares.items() if language != code]
        if share - max(others, default=0.0) >= LEAD:
            return Language(code, max(UNSURE, found.certainty))
    return found
