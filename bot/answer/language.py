"""The language of a question: what its asker said, else what the text shows, else whose words it uses.

It may be one that has neither articles nor phrases, where that is plain: German is not Polish.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from kb.language import Language, detect
from kb.script import LATIN, script_of, written_in

UNSURE = 0.7  # certainty below which the articles' own words are heard, too
LEAD = 0.5  # share of the words that one language must know beyond each other one
FEW, MANY = 3, 4  # words that can turn a conversation, and that do so more easily
SURE_OF_FEW, SURE_OF_MANY = 0.95, 0.9  # certainties to do it: 4 of 320 golden questions then don't

ELSEWHERE = (
    *("de", "sv", "no", "fi", "nl", "fr", "es", "it", "pt", "cs", "hu", "ro", "tr", "id", "pl", "da", "en"),
    *("ru", "uk", "bg", "el", "he", "hi", "bn", "th", "ko", "ja", "ar", "zh"),
)
"""Languages that people write whether or not there are articles in them."""
PLAIN = 0.9
"""Certainty from which on a text is in one of those.

Of 1,108 short texts in en, da, pl, ar, zh none is then taken for another language than without it; of
those in German 0.92 are known as foreign, of Swedish ones 0.90, Turkish 0.92, Spanish 0.91, Russian 0.93.
"""

NEARLY_ALL = 0.8  # share of the words that articles know of a question in their language
_READ_AS = {"no": "da"}
"""Languages that are left to another one, where that is served: in a few words nobody tells them apart."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


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
    """One of the articles' and the page's languages, or plainly another; for sure where it was said.

    A word or two ("return label", "zwrot") can tell statistics little; if only one language's articles use
    them, it is that one. Chinese articles that speak of an "office" don't make the word Chinese.
    """
    if said:
        return Language(said, 1.0)
    own = (*page_languages, *(lexicon.languages if lexicon else ()), *((previous,) if previous else ()))
    among = tuple(dict.fromkeys(own))
    foreign = _elsewhere(question, among, previous)
    if foreign is not None and not (lexicon and _held(question, lexicon)):
        return foreign
    found = detect(question, among, previous=previous)
    if lexicon is None or found.certainty >= UNSURE:
        return found
    script = script_of(question)
    fitting = written_in(script, lexicon.languages) if script else ()
    known = lexicon.known_words(question)
    return _by_words(found, {code: known.get(code, 0.0) for code in fitting})


def turns(text: str, found: Language, spoken: str) -> bool:
    """Whether a message in the language found turns a conversation that was in another one so far.

    Another script does, save for names in Latin letters. Else it takes a few words that are no names, codes
    or numbers: "ok", "404 error" and "iPhone 15" are written in every language.
    """
    if found.code == spoken:
        return False
    if script_of(text) != LATIN:
        return found.certainty >= SURE_OF_MANY
    words = _WORD.findall(text)
    plain = [word for place, word in enumerate(words) if word.islower() or (word.istitle() and place == 0)]
    sure = SURE_OF_MANY if len(plain) >= MANY else SURE_OF_FEW
    return len(plain) >= FEW and found.certainty >= sure


def _elsewhere(question: str, among: Sequence[str], previous: str | None) -> Language | None:
    """The language that is none of `among`, None where it may be one of them."""
    script = script_of(question)
    if script is None or (script != LATIN and written_in(script, among)):
        return None
    near = {code for code, other in _READ_AS.items() if other in among}
    others = (code for code in ELSEWHERE if code not in near)
    found = detect(question, tuple(dict.fromkeys((*among, *others))), previous=previous)
    plain = script != LATIN or found.certainty >= PLAIN
    return found if plain and found.code not in among else None


def _held(question: str, lexicon: Lexicon) -> bool:
    """Whether the articles of one language have nearly all words of a question."""
    return max(lexicon.known_words(question).values(), default=0.0) >= NEARLY_ALL


def _by_words(found: Language, shares: Mapping[str, float]) -> Language:
    """The language that alone knows the words; `found` where there is none."""
    for code, share in shares.items():
        others = [other for language, other in shares.items() if language != code]
        if share - max(others, default=0.0) >= LEAD:
            return Language(code, max(UNSURE, found.certainty))
    return found
