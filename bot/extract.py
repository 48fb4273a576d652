"""The one sentence of a passage that answers a question best."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from kb.markdown import plain
from kb.passage import Passage
from kb.sentence import sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Unit vectors of texts, one row each."""

MOST_CANDIDATES = 12
MOST_ENCODED = 5
"""Sentences whose meaning is weighed, at 3.4 ms each; words choose which."""
FEWEST_LETTERS = 10
FEWEST_IDEOGRAPHS = 5
WEIGHT_OF_MEANING = 4.0
"""Cosines of one passage's sentences differ by about 0.1, shares of words by about 0.4."""
LEAD = 0.05
"""What the first sentence has ahead: passages open with what matters most."""
LEAST_AROUND_A_LINK = 2.5
"""A sentence with a link says something of its own from this many times the link's length on."""

_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_PROSE = re.compile(r"(?ms)^(```|~~~).*?(?:^\1[^\n]*$|\Z)|^ {0,3}(?:#{1,6}\s|\|)[^\n]*$")
_LINKED = re.compile(r"\[([^\[\]]+)\]\(")
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


def answering_sentence(question: str, passage: Passage, encode: Encode | None) -> str:
    """The sentence of the passage nearest to the question, whole; empty where it holds no sentence.

    Nearness is the share of the question's word parts that a sentence has and, with `encode`, its meaning.
    """
    candidates = _candidates(passage)
    if len(candidates) < 2:
        return "".join(candidates)
    shares = _shared_parts(question, candidates)
    shares[0] += LEAD
    if encode is None:
        return candidates[shares.index(max(shares))]
    likeliest = sorted(range(len(candidates)), key=lambda place: -shares[place])[:MOST_ENCODED]
    vectors = encode([question, *(candidates[place] for place in likeliest)])
    meaning = vectors[1:] @ vectors[0]
    nearness = [shares[place] + WEIGHT_OF_MEANING * float(meaning[at]) for at, place in enumerate(likeliest)]
    return candidates[likeliest[nearness.index(max(nearness))]]


def _candidates(passage: Passage) -> list[str]:
    prose = plain(_NO_PROSE.sub("", passage.text))
    found = sentences(prose, passage.article.language)
    whole = [sentence for sentence in found if _is_sentence(sentence)]
    linked = [plain(words) for words in _LINKED.findall(passage.text)]
    telling = [sentence for sentence in whole if not _only_points(sentence, linked)]
    return (telling or whole)[:MOST_CANDIDATES]


def _only_points(sentence: str, linked: Sequence[str]) -> bool:
    """Whether a sentence is little more than a link: "For prices see Delivery"."""
    longest = max((len(words) for words in linked if words in sentence), default=0)
    return len(sentence) < LEAST_AROUND_A_LINK * longest


def _is_sentence(text: str) -> bool:
    """Whether a text can stand alone: no scrap, no question, no lead-in to a list."""
    letters = sum(character.isalnum() for character in text)
    enough = FEWEST_IDEOGRAPHS if _IDEOGRAPHS.search(text) else FEWEST_LETTERS
    return letters >= enough and not text.endswith((":", "：", "?", "？", "؟"))


def _shared_parts(question: str, candidates: Sequence[str]) -> list[float]:
    """The share, 0 to 1, of the question's parts in each candidate; what all candidates share counts less."""
    asked = _parts(question)
    held = [asked & _parts(candidate) for candidate in candidates]
    weight = {part: 1.0 / (1 + sum(part in parts for parts in held)) for part in asked}
    whole = sum(weight.values()) or 1.0
    return [sum(weight[part] for part in parts) / whole for parts in held]


def _parts(text: str) -> set[str]:
    """Pieces of three letters of each word, pairs of ideographs: they survive endings and compounds."""
    words = _WORDS.findall(_folded(text))
    run = "".join(word if _IDEOGRAPHS.match(word) else " " for word in words)
    pairs = {run[at : at + 2] for at in range(len(run) - 1) if " " not in run[at : at + 2]}
    threes = {f"^{word}"[at : at + 3] for word in words for at in range(max(1, len(word) - 1))}
    return pairs | {three for three in threes if not _IDEOGRAPHS.search(three)}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character)).strip(" .:#")
