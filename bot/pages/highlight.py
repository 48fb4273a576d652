"""Highlights: the words of a question, marked where a passage has them too."""

import re
from functools import lru_cache

import regex

from bot.pages.element import Html
from index.words import RUN, UNSPACED, fold, words

# A tag with quoted attributes, an entity such as &amp;, or a word.
_PARTS = regex.compile(rf'<[^<>"]*(?:"[^"]*"[^<>"]*)*>|&#?\w+;|{RUN.pattern}')
WORDS_KEPT = 50_000
"""Whose stems are remembered: finding them anew took half of the time of a search at the desk."""
QUESTIONS_KEPT = 16
"""One in each language of the passages that are found for it."""
_SHORTEST = 4
"""Letters of a Latin word that is marked: shorter ones are `the`, `and`, `how` more often than not."""


def highlight(markup: str, question: str, language: str) -> Html:
    """The markup with `<mark>` around each word that the question has, whatever its ending."""
    return Html(_wanted(question, language).mark(markup))


class _Wanted:
    """The words of one question, by their stems and as they are typed."""

    def __init__(self, question: str, language: str) -> None:
        self._language = language
        self._stems = {stem for stem in words(question, language) if _telling(stem)}
        typed = [run for run in RUN.findall(fold(question)) if _telling(run)]
        self._beginning = typed[-1] if typed and not question.endswith(" ") else None
        self._known: dict[str, str] = {}
        """Words as they are shown, since passages that are found together share most of theirs."""

    def mark(self, markup: str) -> str:
        marked: str = _PARTS.sub(lambda part: self._mark_part(part.group()), markup)
        return marked

    def _mark_part(self, part: str) -> str:
        shown = self._known.get(part)
        if shown is None:
            shown = self._known[part] = part if part[0] in "<&" else self._mark_run(part)
        return shown

    def _mark_run(self, run: str) -> str:
        if UNSPACED.search(run):
            return self._mark_within(run)
        found = self._stems.intersection(_stems(run, self._language))
        begun = self._beginning is not None and fold(run).startswith(self._beginning)
        return f"<mark>{run}</mark>" if _telling(run) and (found or begun) else run

    def _mark_within(self, run: str) -> str:
        """Marks words in a script without spaces; the longest first, so that none is cut."""
        stems = sorted(filter(UNSPACED.search, self._stems), key=len, reverse=True)
        if not stems:
            return run
        return re.sub("|".join(map(re.escape, stems)), r"<mark>\g<0></mark>", run)


@lru_cache(QUESTIONS_KEPT)
def _wanted(question: str, language: str) -> _Wanted:
    return _Wanted(question, language)


@lru_cache(WORDS_KEPT)
def _stems(run: str, language: str) -> frozenset[str]:
    return frozenset(words(run, language))


def _telling(word: str) -> bool:
    if word.isdigit() or UNSPACED.match(word):
        return len(word) > 1
    return len(word) >= (_SHORTEST if word.isascii() else _SHORTEST - 1)
