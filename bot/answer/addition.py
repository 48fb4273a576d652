"""An addition: what a follow-up adds to the question before, "and Sweden", and whether a text has it."""

import re

from index.words import words
from kb.clue import small_words

FEWEST_LETTERS = 4
"""Of a word that another is made of."""
FEWEST_ARABIC_LETTERS = 3
"""The same in Arabic, whose words are made of three: "الجلدية", and "جلدية"."""

_ARABIC = re.compile(r"[\u0600-\u06ff]+")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


def holds(text: str, added: str, language: str) -> bool:
    """Whether a text has all words of what was added, in any form or compound: "stellet", "Cykelstel".

    Small words tell nothing, nor does an ideograph by itself, as the last of "德国呢".
    """
    small = {stem for word in small_words(language) for stem in words(word, language)}
    asked = [word for word in words(added, language) if word not in small and not _IDEOGRAPH.fullmatch(word)]
    said = frozenset(words(text, language))
    return bool(asked) and all(any(_alike(word, other) for other in said) for word in asked)


def _alike(word: str, other: str) -> bool:
    """Whether two stems are one word, or the longer is made of the other."""
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    made_of = long.startswith(short) or long.endswith(short)
    fewest = FEWEST_ARABIC_LETTERS if _ARABIC.fullmatch(short) else FEWEST_LETTERS
    return made_of and short.isalpha() and len(short) >= fewest
