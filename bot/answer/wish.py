"""What a message wishes beside knowledge, by known wordings or by its meaning; danger before all else."""

import re
from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, get_args

from bot.answer.condition import says_only
from bot.answer.follow_up import carries_on, length
from bot.phrase import languages
from bot.wishes.intent import LONGEST, Intent, asks_of_danger, clauses, recognise, sentences
from bot.wishes.meaning import (
    DOUBTFUL_DANGER,
    ENOUGH_OF_DANGER,
    PLAIN_DANGER,
    WORDED_DANGER,
    MeantSmallTalk,
    MeantWish,
    WishClassifier,
    classifier,
    vector_of,
)
from kb.language import Language

if TYPE_CHECKING:
    from index.index import Index

MOST_WORDS_OF_SMALL_TALK = 3
"""Whoever writes more has a matter to tell, unless the small talk is plain."""
MOST_WORDS_OF_PLAIN_SMALL_TALK = 8
PLAIN_SMALL_TALK = 0.9
"""Probability of small talk in more words: "vielen dank, das hat mir geholfen" has 0.95."""
LIKELY = 0.5
"""Confidence of an article from which on more words are a question and no small talk."""
YIELDING = 0.9
"""Anger that is known by its meaning alone yields to an article that is so much likelier: "too many attempts
now locked" is at 0.69, its article at 0.89. Of 731 messages of anger 10 are then lost, of 56 mistaken ones 7
freed, and 4 of 6 in the bases of a library, a software company and a clinic.
"""
SURE_OF_SMALL_TALK = 0.8
"""Certainty of the language that a few words are answered in, if it is not the page's: "guten tag" is Danish
by 0.7."""
FEW_WORDS = 4
"""Up to which anger must be plainer."""
FEWEST_WORDS_OF_A_WISH = 1.5
"""One word, such as "warranty" in Arabic, is a subject; known wordings tell where it is more."""
FEWEST_CHARACTERS = 5
"""The same in Japanese, which is written without spaces; with an ending, for a thing has none."""
MOST_READ = 200
"""Characters of a part that is read for danger; whoever is in it may not stop for a comma."""
MOST_SENTENCES = 12
"""Of a message, that are each read for danger, at about 5 ms."""
_JAPANESE_ENDING = re.compile(r"[\u3041-\u3096]{2}")
_MAY_TELL_OF_DANGER = ("danger", "person", "upset")
"""What is known by a part of the message: the rest may tell of more, or against it."""


def wish_of(message: str, language: Language, index: "Index | None", model: str, page: str) -> Intent | None:
    """By known wordings, else by its meaning, which takes an index with that model; None for a question.

    `page` is the language that small talk is answered in where the message's own is not sure.
    """
    known = _spoken(recognise(message, language.code), language, page)
    fitted = classifier(model)
    if index is None or fitted is None or (known and known.wish not in _MAY_TELL_OF_DANGER):
        return known
    vector = vector_of(index.encoder, message)  # type: ignore[arg-type]
    if vector.shape != fitted.mean.shape:
        return known
    worded = known if known and known.wish == "danger" else None
    if worded and not _says_enough(message):  # a cry: "Fire!"
        return worded
    if _in_danger(message, language, index, fitted, worded=worded is not None):
        return worded or Intent("danger", language.code)
    known = recognise(message, language.code, danger=False) if worded else known
    if known or len(message) > LONGEST:
        return known
    meant = fitted.wish(vector, few_words=length(message) <= FEW_WORDS)
    if meant is None or carries_on(message, language.code):
        return None
    if not _plain(meant, fitted.probabilities(vector)[meant], message, language, index):
        return None
    unsure = meant in get_args(MeantSmallTalk) and language.certainty < SURE_OF_SMALL_TALK
    return Intent(meant, page if unsure else language.code)


def _in_danger(
    message: str, language: Language, index: "Index", fitted: WishClassifier, *, worded: bool
) -> bool:
    """Whether a message reports danger by its meaning as a whole, or by that of a part of it.

    `worded`: a known wording tells so, which needs no more than that the meaning does not speak against it.
    """

    def danger(text: str) -> float:
        return fitted.danger(vector_of(index.encoder, text))  # type: ignore[arg-type]

    whole = danger(message) if len(message) <= LONGEST else 0.0
    enough = PLAIN_DANGER if asks_of_danger(message, language.code) else ENOUGH_OF_DANGER
    if _says_enough(message) and whole >= enough:
        return True
    doubtful = worded or whole >= DOUBTFUL_DANGER or len(message) > LONGEST
    parts = _parts(message, language.code) if doubtful else sentences(message)
    worth = _both_ends(parts) if doubtful or len(parts) > 1 else ()
    told = max(map(danger, worth), default=0.0)
    return told >= PLAIN_DANGER or (worded and max(whole, told) >= WORDED_DANGER)


def _parts(message: str, language: str) -> tuple[str, ...]:
    """The clauses of a message that don't ask about danger and follow none that does; long ones in pieces."""
    found: list[str] = []
    for sentence in sentences(message):
        asked = False
        for clause in clauses(sentence):
            asked_before, asked = asked, asks_of_danger(clause, language)
            found += [] if asked or asked_before else wrap(clause, MOST_READ)
    return tuple(found)


def _both_ends(parts: Sequence[str]) -> tuple[str, ...]:
    """Those that say enough to be read; of very many the first and the last."""
    telling = tuple(filter(_says_enough, parts))
    half = MOST_SENTENCES // 2
    return (*telling[:half], *telling[half:][-half:])


def _spoken(known: Intent | None, language: Language, page: str) -> Intent | None:
    """A wish, in the page's language where it was told in one that is neither the message's nor the bot's."""
    if known is None or known.language in (language.code, *languages()):
        return known
    return Intent(known.wish, page)


def _plain(meant: MeantWish, probability: float, message: str, language: Language, index: "Index") -> bool:
    """Whether a message says enough, and not too much, to be taken for what it seems to mean.

    "Morgen" is a product before it is a greeting.
    """
    if meant not in get_args(MeantSmallTalk):
        likely = _confidence(message, language, index) if meant == "upset" else 0.0
        return _says_enough(message) and probability >= YIELDING * likely
    if length(message) <= MOST_WORDS_OF_SMALL_TALK:
        return not any(says_only(message, article, language.code) for article in index.articles)
    plain = probability >= PLAIN_SMALL_TALK and length(message) <= MOST_WORDS_OF_PLAIN_SMALL_TALK
    return plain and _confidence(message, language, index) < LIKELY


def _confidence(message: str, language: Language, index: "Index") -> float:
    """How sure it is that an article answers a message."""
    return index.search(message, language, audience="public", k=1).confidence


def _says_enough(text: str) -> bool:
    """Whether it may be more than a subject."""
    ended = len(text) >= FEWEST_CHARACTERS and _JAPANESE_ENDING.search(text)
    return bool(ended) or length(text) >= FEWEST_WORDS_OF_A_WISH
