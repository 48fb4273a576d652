"""Spelling: a question is read as its asker meant it, by the words that the articles use.

Shouting, vowel signs and spaces between Chinese characters say nothing, but move a vector far. Words that no
article uses are written as the articles write them where only accents are missing ("horetelefoner"), or
where one letter is wrong and the model knows the articles' word better than the one that was typed.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import regex

from index.words import fold

WORD = regex.compile(r"[\p{L}\p{M}]+")
RUN = regex.compile(r"\S+")
CODE = regex.compile(r"[\p{N}@/\\_]|\w[.:]\w|\p{Han}|\p{Hiragana}|\p{Katakana}")
"""In a code, an address or a text without spaces there are no words to mend."""
ARABIC_SIGNS = regex.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
BETWEEN_CHARACTERS = regex.compile(r"(?<=\p{Han})[ \u3000]+(?=\p{Han})")
NORDIC = regex.compile(r"[æøå]")
BARE = str.maketrans("æøå", "aoa")
SHORTEST = 4  # letters of a word in which a wrong letter is looked for
SHOUTED = 2  # words in capitals before they are a way of writing and no name

Pieces = Callable[[str], int]
"""How many pieces the model reads a text in; fewer for words that it knows."""


def plain(text: str) -> str:
    """The text without what says nothing: vowel signs, spaces between Chinese characters, shouting."""
    bare: str = BETWEEN_CHARACTERS.sub("", ARABIC_SIGNS.sub("", text))
    words = [word for word in WORD.findall(bare) if len(word) > 1]
    return bare.lower() if len(words) >= SHOUTED and all(word.isupper() for word in words) else bare


class Spelling:
    """The words of the articles, language by language, the commonest first."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._written = {language: frozenset(forms) for language, forms in words.items()}
        self._words = words
        self._by_fold = {language: _commonest(forms, fold) for language, forms in words.items()}
        self._by_bare = {
            language: _commonest(filter(NORDIC.search, forms), bare) for language, forms in words.items()
        }
        self._folded = {language: tuple(folds) for language, folds in self._by_fold.items()}

    @classmethod
    def of(cls, texts: Iterable[str], languages: Iterable[str]) -> "Spelling":
        """Of one text for each article, and its language."""
        counts: dict[str, Counter[str]] = {}
        for text, language in zip(texts, languages, strict=True):
            counts.setdefault(language, Counter()).update(WORD.findall(plain(text).lower()))
        return cls(
            {language: [form for form, _ in count.most_common()] for language, count in counts.items()}
        )

    def mended(self, text: str, language: str, pieces: Pieces) -> str:
        """A question as its asker meant it."""
        read = plain(text)
        if language not in self._words:
            return read
        mended: str = RUN.sub(lambda match: self._mended_run(match.group(), language, pieces), read)
        return mended

    def _mended_run(self, run: str, language: str, pieces: Pieces) -> str:
        if CODE.search(run):
            return run
        mended: str = WORD.sub(lambda match: self._meant(match.group(), language, pieces), run)
        return mended

    def _meant(self, word: str, language: str, pieces: Pieces) -> str:
        lower = word.lower()
        if lower in self._written[language] or not lower.isalpha():
            return word
        folded = fold(lower)
        known = self._by_fold[language].get(folded) or self._by_bare[language].get(lower)
        if known is not None:
            return known
        near = self._near(folded, language) if len(folded) >= SHORTEST else None
        return near if near is not None and pieces(near) < pieces(word) else word

    def _near(self, folded: str, language: str) -> str | None:
        """The article's word that is one letter off, the first where there are several."""
        found = _nearest(folded, self._folded[language])
        return None if found is None else self._by_fold[language][found]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self._words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Spelling":
        return cls(json.loads(path.read_text(encoding="utf-8")))


def bare(word: str) -> str:
    """A word in lower case as it is typed without the keys æ, ø and å, where nobody cares to spell them."""
    return word.translate(BARE)


def _commonest(forms: Iterable[str], spelled: Callable[[str], str]) -> dict[str, str]:
    """The first of the forms that are spelled the same, in the order of the forms."""
    commonest: dict[str, str] = {}
    for form in forms:
        commonest.setdefault(spelled(form), form)
    return commonest


@lru_cache(maxsize=4096)
def _nearest(word: str, among: tuple[str, ...]) -> str | None:
    """The first word one insertion, deletion, substitution or swap away (optimal string alignment)."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extractOne(word, among, scorer=OSA.distance, score_cutoff=1)
    return None if found is None else str(found[0])
