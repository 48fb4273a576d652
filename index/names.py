"""Names and numbers: words of a question that say which thing is meant, and not what is asked of it.

"Which museum shows a Sweep R3" lies near the article on that vacuum cleaner, and shares its rarest words with
it, for the name alone. So what is left of a question without its names is seen by the model, too.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import regex

from index.words import fold

WORD = regex.compile(r"[\p{Latin}\p{M}\p{N}]+|(?:(?!\p{Latin})[\p{L}\p{M}])+")
DIGIT = regex.compile(r"\p{N}")
CAPITAL = regex.compile(r"\p{Lu}")
SMALL = regex.compile(r"\p{Ll}")
LETTER = regex.compile(r"\p{L}")
ENDS = regex.compile(r"[.!?:;•…|\n。！？؟]|\s[-*–—]\s")
"""What stands between two sentences."""
NOUNS = 0.2
"""Capitals among the words within sentences: more, and they mark nouns. In German 0.28 to 0.33 of them have
one, in thirteen other languages 0.01 to 0.14."""
COMMON = 0.25  # of the articles: what more of them have tells none of them apart
RARE = 2  # articles; what no more have does, however few there are


@dataclass(frozen=True, slots=True)
class Names:
    """The names and numbers that a knowledge base uses, folded."""

    words: frozenset[str]

    @classmethod
    def of(cls, sentences: Iterable[tuple[str, str]], texts: Sequence[str], topics: Sequence[int]) -> "Names":
        """Of running texts with their languages, all words of each article (articles,), and its topic.

        A name has a digit, or a capital wherever it stands, within sentences, too.
        """
        by_language: dict[str, list[str]] = {}
        for text, language in sentences:
            by_language.setdefault(language, []).append(text)
        cases = list(map(_by_case, by_language.values()))
        proper = set().union(*(large for large, _ in cases)).difference(*(small for _, small in cases))
        words_of: dict[int, set[str]] = {}
        for text, topic in zip(texts, topics, strict=True):
            words_of.setdefault(topic, set()).update(map(fold, WORD.findall(text)))
        articles_with = Counter(word for words in words_of.values() for word in words)
        most = max(RARE, COMMON * len(words_of))
        names = (word for word in articles_with if word in proper or DIGIT.search(word))
        return cls(frozenset(word for word in names if articles_with[word] <= most))

    def without(self, question: str) -> str | None:
        """The question without them; None where it has none, or consists of nothing else."""
        rest = WORD.sub(lambda match: "" if fold(match.group()) in self.words else match.group(), question)
        if rest == question or not LETTER.search(rest):
            return None
        return " ".join(rest.split())

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(sorted(self.words), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Names":
        return cls(frozenset(json.loads(path.read_text(encoding="utf-8"))))


def _by_case(texts: Iterable[str]) -> tuple[set[str], set[str]]:
    """The words with a capital within sentences, none where nouns have it, and those with a small letter."""
    large: list[str] = []
    small: set[str] = set()
    lower = within_sentences = 0
    for word, within in (found for text in texts for found in _placed(text)):
        within_sentences += within
        if SMALL.match(word):
            small.add(fold(word))
            lower += within
        elif within and CAPITAL.match(word) and not DIGIT.search(word):
            large.append(fold(word))
    has_cases = 2 * (lower + len(large)) > within_sentences
    marks_nouns = has_cases and len(large) > NOUNS * within_sentences
    return set() if marks_nouns else set(large), small


def _placed(text: str) -> Iterator[tuple[str, bool]]:
    """Each word, and whether it stands within a sentence."""
    end = 0
    for match in WORD.finditer(text):
        yield match.group(), end > 0 and not ENDS.search(text[end : match.start()])
        end = match.end()
