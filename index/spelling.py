"""Spelling: a question is read as its asker meant it, by the words that the articles use.

Shouting, "???", vowel signs and spaces between Chinese characters say nothing, but move a vector far. Words
that no article uses are written as the articles write them where only accents are missing ("horetelefoner").

Other slips are mended as by Kernighan, Church and Gale ("A Spelling Correction Program Based on a Noisy
Channel Model", 1990): of all words one slip away that one is meant that is the likeliest to be written and to
slip so, if it is by far likelier than the word as it was typed. How likely a word is, the articles tell by
how common it is in them, and the model's vocabulary for words that they do not use.

Some vocabularies can't tell, and in a script without vowels almost every row of letters is a word: so mended,
1,100 clean questions in Arabic lost 1.0 points of first hits. There only the articles' words are looked at,
and one is meant if the model reads it in fewer pieces than the word that was typed.

The first and the last letter are nearly always meant, for there words are inflected. A small word that is
joined to the next is no slip either: in Arabic "in the Netherlands" is one letter away from "Poland".

Where a word is not by far likelier, only what the articles say to it can tell: "prie" may be "price", if that
finds an answer. Such readings, in scripts without vowels too, are offered beside the likeliest one, and
`index.index` chooses.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nlargest
from operator import itemgetter
from pathlib import Path

import regex

from index.lexicon import Lexicon, zipf
from index.words import fold, stemmer
from kb.script import script_of

WORD = regex.compile(r"[\p{L}\p{M}]+")
RUN = regex.compile(r"\S+")
CODE = regex.compile(r"[\p{N}@/\\_]|\w[.:]\w|\p{Han}|\p{Hiragana}|\p{Katakana}")
"""In a code, an address or a text without spaces there are no words to mend."""
ARABIC_SIGNS = regex.compile(r"[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
BETWEEN_CHARACTERS = regex.compile(r"(?<=\p{Han})[ \u3000]+(?=\p{Han})")
INSISTENT = regex.compile(r"([?!؟？！])[?!؟？！]+")
NORDIC = regex.compile(r"[æøå]")
BARE = str.maketrans("æøå", "aoa")
SHORTEST = 4  # letters of what a word may have been before a slip
BEGINNING = 4  # letters that a word has in common with another one of its stem
SHOUTED = 2  # words in capitals before they are a way of writing and no name
MOST_LETTERS = 64  # of a script that are tried; Korean articles have many hundreds

BY_FAR = 6.0
"""Nats that a word must be likelier by; with 8, slips cost a third more first hits."""
NEARLY = 2.0
"""Nats that a word must be likelier by to be worth a look; with -6 as many questions were found."""
OF_LATE = 1024  # words: a question has them mended, and is then read otherwise
READINGS = 2  # beside the likeliest; with 6 none more were found
LONGEST = 32  # letters of a word that is looked at; a row of thousands takes seconds
OTHER_KEY = 2.0  # nats that it is less likely than two letters swapped, one doubled or one left out
AT_EDGE = 12.0
"""Where words are inflected, and a slip is seen at once. With 4 as many slips were mended, but of 150 clean
Polish questions 16 % instead of 10 were changed beyond accents."""
ELSEWHERE = 3.0  # for a word that no article uses
INFLECTED = 5.0  # for one whose stem alone the articles use
OWN = -2.2  # the articles' words beside the vocabulary's, of which a hundred languages have a part

LIKELIEST = -7.0  # natural logarithm; no word of four letters has a larger share in the default vocabulary

VOWELLESS = ("Arabic", "Hebrew")
JOINED = regex.compile(r"^(?:[وفبلكس]?(?:ال)?|[הובלכמש])(?=..)")
"""Small words that are written together with the next one in these scripts."""

FINAL_LETTERS = {"ه": "ة", "ى": "ي"}
"""Of Arabic words, as they are often typed, and as they are spelled."""
SPELLED_SO = 2.0
"""Nats that a word must be likelier by with its final letter as it is spelled. Of 650 clean questions in five
sets 25 are changed, all in a set whose askers type so, and one more first hit is right; with 1.0 it is 71."""

Pieces = Callable[[str], int]
"""How many pieces a model reads a text in; fewer for words that it knows."""


def plain(text: str) -> str:
    """The text without what says nothing: vowel signs, spaces between Chinese characters, shouting, "???"."""
    bare: str = INSISTENT.sub(r"\1", BETWEEN_CHARACTERS.sub("", ARABIC_SIGNS.sub("", text)))
    words = [word for word in WORD.findall(bare) if len(word) > 1]
    return bare.lower() if len(words) >= SHOUTED and all(word.isupper() for word in words) else bare


class Spelling:
    """The words of the articles, language by language, the commonest first."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._words = words
        self._usage = {language: _Usage(language, forms) for language, forms in words.items()}
        self._foreign = _Usage("", ())
        self._letters = _letters_of(form for forms in words.values() for form in forms)
        self._of_late = lru_cache(maxsize=OF_LATE)(self._nearly_likelier)

    @classmethod
    def of(cls, texts: Iterable[str], languages: Iterable[str]) -> "Spelling":
        """Of one text for each article, and its language."""
        counts: dict[str, Counter[str]] = {}
        for text, language in zip(texts, languages, strict=True):
            counts.setdefault(language, Counter()).update(WORD.findall(plain(text).lower()))
        return cls(
            {language: [form for form, _ in count.most_common()] for language, count in counts.items()}
        )

    def mended(self, text: str, language: str, pieces: Pieces, lexicon: Lexicon | None = None) -> str:
        """A question as its asker meant it; without a lexicon, by the articles' words alone."""
        usage = self._usage.get(language, self._foreign)

        def mended(run: str) -> str:
            by_words: str = WORD.sub(lambda word: self._meant(word.group(), usage, pieces, lexicon), run)
            return by_words

        read: str = RUN.sub(
            lambda run: run.group() if CODE.search(run.group()) else mended(run.group()), plain(text)
        )
        return read

    def others(self, meant: str, language: str, lexicon: Lexicon) -> list[str]:
        """How else a question may be read that was mended: with another word for one of its words.

        The likeliest first, `READINGS` at the most.
        """
        usage = self._usage.get(language, self._foreign)
        found = [
            (likelier, meant[: word.start()] + _cased(other, word.group()) + meant[word.end() :])
            for run in RUN.finditer(meant)
            if not CODE.search(run.group())
            for word in WORD.finditer(meant, run.start(), run.end())
            if not usage.uses(word.group().lower()) and not usage.joins(word.group().lower(), lexicon)
            for other, likelier in self._of_late(word.group(), usage, lexicon).items()
        ]
        return [text for _, text in nlargest(READINGS, found, key=itemgetter(0))]

    def _meant(self, word: str, usage: "_Usage", pieces: Pieces, lexicon: Lexicon | None) -> str:
        lower = word.lower()
        if lower in usage.places or not lower.isalpha():
            return word
        folded = fold(lower)
        known = usage.by_fold.get(folded) or usage.by_bare.get(lower)
        if known is not None:
            # Typed with more accents than in the articles, it stays.
            return word if known == folded else _cased(known, word)
        if lexicon is not None and script_of(lower) not in VOWELLESS:
            likelier = self._of_late(word, usage, lexicon)
            meant = max(likelier, key=likelier.__getitem__, default=word)
            return _cased(meant, word) if likelier.get(meant, 0.0) > BY_FAR else word
        if lexicon is not None and (final := _final_letter(lower, lexicon)) != lower:
            return final
        near = usage.nearest(folded) if SHORTEST <= len(folded) <= LONGEST else None
        if near is None or usage.joins(lower, lexicon):
            return word
        return _cased(near, word) if pieces(near) < pieces(word) else word

    def _nearly_likelier(self, word: str, usage: "_Usage", lexicon: Lexicon) -> dict[str, float]:
        """The words that may have been meant, and how many nats they are likelier than what was typed."""
        if not SHORTEST - 1 <= len(word) <= LONGEST:
            return {}
        lower = word.lower()
        typed = max(usage.likelihood(lower, lexicon), lexicon.likelihood(word))  # a name has its capital
        if typed + NEARLY >= usage.likeliest:
            return {}
        letters = (usage.letters or self._letters).get(script_of(lower) or "", "")
        folds = {ord(letter): fold(letter) for letter in {*letters, *lower}}
        found: dict[str, float] = {}
        for candidate, unlikely in before_slips(lower, letters):
            if len(candidate) < SHORTEST or candidate == lower:
                continue
            folded = candidate if candidate.isascii() else candidate.translate(folds)
            written = usage.written(candidate, folded)
            if written is None:
                if not lexicon.has(candidate):
                    continue
                written, unlikely = candidate, unlikely + ELSEWHERE
            likelier = usage.likelihood(written, lexicon) - unlikely - typed
            if likelier > found.get(written, NEARLY):
                found[written] = likelier
        return found

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self._words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Spelling":
        return cls(json.loads(path.read_text(encoding="utf-8")))


class _Usage:
    """How the articles of one language use its words."""

    def __init__(self, language: str, forms: Sequence[str]) -> None:
        self.places = {form: place for place, form in enumerate(forms)}
        self.by_fold = _commonest(forms, fold)
        self.by_bare = _commonest(filter(NORDIC.search, forms), bare)
        self._folded = tuple(self.by_fold)
        self.letters = _letters_of(forms)
        self.likeliest = max(
            LIKELIEST, next((self._own(form) for form in forms if len(form) >= SHORTEST), LIKELIEST)
        )
        """Of the words that a slip may have changed."""
        self._stem = stemmer(language)
        self._by_stem = _commonest(self.by_fold, self._stem) if self._stem else {}
        self._beginnings = {folded[:BEGINNING] for folded in self.by_fold}

    def uses(self, word: str) -> bool:
        """Whether it is in the articles, with these accents or others."""
        return word in self.places or fold(word) in self.by_fold or word in self.by_bare

    def joins(self, word: str, lexicon: Lexicon | None) -> bool:
        """Whether it is a word of a script without vowels, joined to a small one or not."""
        if script_of(word) not in VOWELLESS:
            return False
        words = {word, JOINED.sub("", word)}
        return any(fold(one) in self.by_fold or (lexicon is not None and lexicon.has(one)) for one in words)

    def nearest(self, folded: str) -> str | None:
        """The word that is one letter off within, the commonest where there are several."""
        found = _nearest(folded, self._folded)
        return self.by_fold[found] if found is not None and _within(found, folded) else None

    def written(self, word: str, folded: str) -> str | None:
        """The word as the articles write it, or as it stands where they have its stem; None if neither."""
        if word in self.places:
            return word
        if folded in self.by_fold:
            return self.by_fold[folded]
        return word if self._stemmed(folded) else None

    def likelihood(self, word: str, lexicon: Lexicon) -> float:
        """Natural logarithm of the word's share of what is asked, by the articles or by the lexicon."""
        known = lexicon.likelihood(word)
        if word in self.places:
            return max(self._own(word), known)
        stemmed = self._stemmed(fold(word))
        if stemmed is None:
            return known
        # Of forms that the articles do not have, the one that is the best known.
        return max(self._own(self.by_fold[stemmed]) - INFLECTED + known / 20, known)

    def _own(self, form: str) -> float:
        return zipf(self.places[form] + 1, len(self.places)) + OWN

    def _stemmed(self, folded: str) -> str | None:
        """The commonest word, folded, that has the same stem and begins alike."""
        if len(folded) <= BEGINNING or folded[:BEGINNING] not in self._beginnings or self._stem is None:
            return None
        return self._by_stem.get(self._stem(folded))


def before_slips(word: str, letters: str) -> Iterator[tuple[str, float]]:
    """What the word may have been before one slip, and how many nats that slip is less likely than others.

    Letters swapped, doubled or left out ("teh", "thhe", "te") are told from other keys ("thw", "thxe"), which
    there are many of. A word may come more than once, and the word itself, too.
    """
    last = len(word) - 1
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        edge = AT_EDGE if at in (0, last) else 0.0
        if after:
            yield before + after[0] + letter + after[1:], 0.0
        yield before + after, 0.0 if before.endswith(letter) else OTHER_KEY + edge
        for other in letters:
            yield before + other + after, OTHER_KEY + edge
            yield before + other + letter + after, 0.0 if at else AT_EDGE
    for other in letters:
        yield word + other, AT_EDGE


def bare(word: str) -> str:
    """A word in lower case as it is typed without the keys æ, ø and å, where nobody cares to spell them."""
    return word.translate(BARE)


def _final_letter(word: str, lexicon: Lexicon) -> str:
    """An Arabic word with its final letter as it is spelled, where another one is typed as often."""
    spelled = word[:-1] + FINAL_LETTERS.get(word[-1], word[-1])
    return spelled if lexicon.likelihood(spelled) > lexicon.likelihood(word) + SPELLED_SO else word


def _cased(meant: str, typed: str) -> str:
    """A word that was meant, with the capitals of what was typed: "OneDrive" for "OneDive"."""
    from rapidfuzz.distance import Postfix, Prefix

    lower = typed.lower()
    if typed == lower or len(typed) != len(lower) or typed.isupper():
        return meant  # a shouted word is far from the same word in the articles
    if typed[1:] == lower[1:]:
        return meant.capitalize()
    ahead = Prefix.similarity(meant, lower)
    behind = Postfix.similarity(meant[ahead:], lower[ahead:])
    return typed[:ahead] + meant[ahead : len(meant) - behind] + typed[len(typed) - behind :]


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


def _within(word: str, typed: str) -> bool:
    """Whether the first and the last letter are the same, or letters only changed places."""
    return (word[0], word[-1]) == (typed[0], typed[-1]) or sorted(word) == sorted(typed)


def _letters_of(words: Iterable[str]) -> dict[str, str]:
    """The letters of each script that the words are written with, the commonest first."""
    counts: dict[str, Counter[str]] = {}
    for letter, count in Counter(letter for word in words for letter in word if letter.isalpha()).items():
        counts.setdefault(script_of(letter) or "", Counter())[letter] = count
    return {
        script: "".join(letter for letter, _ in count.most_common(MOST_LETTERS))
        for script, count in counts.items()
    }
