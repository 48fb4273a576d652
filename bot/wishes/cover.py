"""Known wordings in a message: where they stand, and which of them together are all that it says."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

Words = tuple[str, ...]
Wordings = Mapping[str, tuple[Words, ...]]
"""Wordings by their first word."""

_IDEOGRAPH = re.compile(r"([\u3400-\u9fff])")
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
_APART = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "ى": "ي", "ة": "ه", "ـ": ""})


def words_of(text: str) -> Words:
    """Words without case, accents, apostrophes and drawn-out letters; each ideograph is one."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign) and sign not in "'’`´")
    short = _DRAWN_OUT.sub(r"\1", letters.translate(_APART))
    return tuple(re.findall(r"[^\W_]+", _IDEOGRAPH.sub(r" \1 ", short)))


def by_first_word(wordings: Iterable[str]) -> Wordings:
    """Wordings as they are looked for."""
    found: dict[str, tuple[Words, ...]] = {}
    for words in {words_of(wording) for wording in wordings}:
        found[words[0]] = (*found.get(words[0], ()), words)
    return found


def covering(words: Words, known: Mapping[str, Wordings], kinds: tuple[str, ...]) -> frozenset[str]:
    """The kinds of the fewest wordings that together are the whole message; empty where none are."""
    reached: dict[int, tuple[str, ...]] = {0: ()}
    starts = sorted((start, end, kind) for kind in kinds for start, end in spots(words, known[kind]))
    for start, end, kind in starts:
        before = reached.get(start)
        if before is not None and (end not in reached or _weighs_more((*before, kind), reached[end])):
            reached[end] = (*before, kind)
    return frozenset(reached.get(len(words), ()))


def holds(words: Words, wordings: Wordings) -> bool:
    """Whether one of the wordings is in the message."""
    return next(spots(words, wordings), None) is not None


def spots(words: Words, wordings: Wordings) -> Iterator[tuple[int, int]]:
    """Where in the message a wording starts and ends."""
    for start, word in enumerate(words):
        for wording in wordings.get(word, ()):
            end = start + len(wording)
            if words[start:end] == wording:
                yield start, end


def _weighs_more(kinds: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Fewer wordings tell more; among as many, those with less filler."""
    return (len(kinds), kinds.count("filler")) < (len(others), others.count("filler"))
