"""The word index: BM25 over articles, one index for each of their languages."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import regex
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bm25s import BM25

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
RUN = regex.compile(r"[\p{L}\p{M}\p{N}]+")
PART = regex.compile(r"[\p{L}\p{M}]+|\p{N}+")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
MARKS = regex.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")  # not the vowels of Thai or Hindi
ARABIC_VARIANTS = str.maketrans("أإآٱىةؤئ", "ااااي" + "هوي", "\u0640")
LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "ł": "l", "ß": "ss", "đ": "d"}
GRAM = 4  # letters; for languages without a stemmer


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a question's words say of every article; arrays (articles,)."""

    bm25: NDArray[np.float32]
    coverage: NDArray[np.float32]
    """BM25 over the most that any article could get for these words, 0 to 1: it compares across languages."""
    known: NDArray[np.float32]
    """Share of the question's words that the article's language knows."""

    def of(self, allowed: NDArray[np.bool_]) -> "Spoken":
        """The same, with nothing of the articles that may not be looked at."""
        return Spoken(*(np.where(allowed, getattr(self, name), np.float32(0)) for name in Spoken.__slots__))


class Words:
    """BM25 of articles for a question, language by language."""

    def __init__(self, indexes: "dict[str, tuple[BM25, NDArray[np.int64]]]", articles: int) -> None:
        self._indexes = indexes
        self._articles = articles

    @classmethod
    def build(cls, texts: Sequence[str], languages: Sequence[str]) -> "Words":
        """Index one text for each article, by the words of its language."""
        from bm25s import BM25

        indexes = {}
        for language in sorted(set(languages)):
            places = np.array([place for place, own in enumerate(languages) if own == language])
            words_of = [words(texts[place], language) for place in places]
            if any(words_of):  # a language may have nothing but pictures so far
                index = BM25()
                index.index(words_of, show_progress=False)
                indexes[language] = index, places
        return cls(indexes, len(texts))

    def spoken(self, question: str) -> Spoken:
        """Ask every language's index for the question's words."""
        spoken = Spoken(*(np.zeros(self._articles, np.float32) for _ in range(3)))
        for language, (index, places) in self._indexes.items():
            asked = words(question, language)
            found = [word for word in asked if word in index.vocab_dict]
            if found:
                spoken.bm25[places] = index.get_scores(found)
                spoken.coverage[places] = spoken.bm25[places] / self._most(index, asked, len(places))
                spoken.known[places] = len(found) / len(asked)
        return spoken

    @staticmethod
    def _most(index: "BM25", asked: Sequence[str], articles: int) -> float:
        """What an article would get that is the best one for every word.

        A word that no article has counts as much as one that a single article has.
        """
        starts, weights = index.scores["indptr"], index.scores["data"]
        unseen = float(np.log(1 + (articles + 0.5) / 0.5))
        places = [index.vocab_dict.get(word) for word in asked]
        return sum(unseen if i is None else float(weights[starts[i] : starts[i + 1]].max()) for i in places)

    def known(self, question: str) -> dict[str, float]:
        """Share of the question's words that each language's articles hold, 0 to 1."""
        shares = {}
        for language, (index, _) in self._indexes.items():
            asked = words(question, language)
            shares[language] = sum(word in index.vocab_dict for word in asked) / max(len(asked), 1)
        return shares

    def rarity(self, word: str, language: str) -> float:
        """Inverse document frequency of a word among the articles of that language, 0 and up."""
        if language not in self._indexes:
            return 1.0
        index, places = self._indexes[language]
        starts, place = index.scores["indptr"], index.vocab_dict.get(word)
        articles = 0 if place is None else int(starts[place + 1] - starts[place])
        return float(np.log(1 + len(places) / (1 + articles)))

    def save(self, folder: Path) -> None:
        for language, (index, places) in self._indexes.items():
            index.save(folder / language, show_progress=False)
            np.save(folder / language / "articles.npy", places)

    @classmethod
    def load(cls, folder: Path, articles: int) -> "Words":
        from bm25s import BM25

        indexes = {
            path.name: (BM25.load(path, verbosity=0, show_progress=False), np.load(path / "articles.npy"))
            for path in sorted(folder.iterdir())
        }
        return cls(indexes, articles)


def words(text: str, language: str) -> list[str]:
    """The words of a text as they are indexed: folded, broken where the script has no spaces, stemmed."""
    folded = fold(text)
    return [
        word for run in RUN.findall(folded) for piece in _broken(run) for word in _stemmed(piece, language)
    ]


@cache
def fold_letter(letter: str) -> str:
    return LETTERS.get(letter, letter)


def fold(text: str) -> str:
    """Lower case, without diacritics; Danish letters spelled in two, Arabic ones without their variants."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(ARABIC_VARIANTS)
    spelled = "".join(map(fold_letter, plain))
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFKD", spelled)))


def _broken(run: str) -> list[str]:
    """A run of letters and digits: itself, and its parts where each says something ("iphone15", not "e2").

    Where the script writes without spaces, the words in it.
    """
    if not UNSPACED.search(run):
        parts = PART.findall(run)
        return [run, *parts] if len(parts) > 1 and min(map(len, parts)) > 1 else [run]
    return [word for word in _jieba()(run) if word.strip()]


def _stemmed(word: str, language: str) -> list[str]:
    if UNSPACED.match(word) or word.isdigit():
        return [word]
    stem = _stemmer(language)
    if stem:
        return [stem(word)]
    if len(word) <= GRAM:
        return [word]
    return [word[start : start + GRAM] for start in range(len(word) - GRAM + 1)]


@cache
def _stemmer(language: str) -> Callable[[str], str] | None:
    if language not in STEMMERS:
        return None
    from Stemmer import Stemmer

    stemmer: Callable[[str], str] = Stemmer(STEMMERS[language]).stemWord
    return stemmer


@cache
def _jieba() -> Callable[[str], list[str]]:
    from rjieba import Jieba

    search: Callable[[str], list[str]] = Jieba().cut_for_search
    return search
