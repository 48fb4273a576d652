"""The one sentence of a passage that answers a question best."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import regex

from bot.answer.addition import holds
from bot.answer.statement import Statement, statements
from index.answer_type import AnswerType, expected, stated
from kb.clue import small_words
from kb.markdown import plain
from kb.passage import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Unit vectors of texts, one row each."""

MOST_ENCODED = 8
"""Statements whose meaning is weighed, at 3.4 ms each; words choose which."""
WEIGHT_OF_MEANING = 7.5
"""Cosines of one passage's sentences differ by about 0.1, shares of words by about 0.4."""
OF_TYPE = 0.2
"""For a statement of a duration, a price, a time or a number, if the question expects one."""
SURE = 0.15
"""How much nearer than the next a statement has to be to be said, unless it opens the passage, where it is
read first anyway, and states what is expected, if anything is. Of 228 questions whose passage has a right
statement 140 are answered by a sentence that is said, 120 times rightly; without the limit some 30 more would
be, four in ten of them wrongly. 30 are answered by a row, 29 times rightly. In three knowledge bases of other
trades rows answer 20 of 130, 19 rightly."""
WEIGHT_OF_HEADING = 0.5
"""A word of the question in the heading tells less than in the statement."""
LEAD = 0.45
"""What the first statement has ahead for each word that tells something beyond the title: passages open with
what matters most, and who asks "opening hours" wants that, who asks in ten words a detail."""
MOST_LEAD = 0.3
WEIGHT_OF_CODES = 0.5
"""Who writes "F5" wants to read of F5; a figure alone belongs to the asker's story as often."""
OF_TITLE = 0.75
"""Share of a word's parts that a word of the title has, where it is taken for that word."""
REPEATED = 0.75
"""Share of a statement's word parts in another, from which on it says the same."""
ROW = 0.02
"""What the row of a table has to be better by than a sentence."""
MOST_LINKED = 0.4
"""From this share of links on, a statement says little but where to read: "For prices see Delivery"."""

_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_IDEOGRAPHS = re.compile(f"[{_UNSPACED}]")
_IDEOGRAPHS_TOGETHER = re.compile(f"[{_UNSPACED}]{{2,}}")
_SPACED = regex.compile(rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}\p{{N}}])+")
_HEADINGS = re.compile(r"\A(?:#{1,6}[ \t][^\n]*\n+)+")
_LISTED = re.compile(r"(?:\d+[.)]|[-*+])[ \t]")
_DIGIT = re.compile(r"\d")
_WORDS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


def answering_statement(
    question: str, passage: Passage, encode: Encode | None, added: str = "", asked_in: str | None = None
) -> Statement | None:
    """The statement of the passage nearest to the question, or the row of a table; None where it has none.

    One that has what the question adds to the last one, if any has. With `encode`, where another is nearly
    as near and it doesn't open the passage, it says nothing: then the passage is better shown as it stands. A
    row has to be nearer than all others even where it opens the passage, and says nothing without `encode`.
    `asked_in` is the question's language, the passage's unless told.

    Nearness is the share of the question's word parts and codes that a statement has, whether it states what
    the question expects to be told and, with `encode`, its meaning. What the title says too is left out of
    the question, as all statements are about that.
    """
    language = passage.article.language
    known = _with(added, _telling(statements(passage)), language)
    if len(known) < 2:
        return next(iter(known), None)
    wanted = expected(question, asked_in or language)
    typed = _typed(known, passage, wanted)
    question = _beyond(question, passage.article.title, language)
    nearness = _by_words(question, known, language)
    nearness = [near + OF_TYPE * told for near, told in zip(nearness, typed, strict=True)]
    if encode is None:
        return _unless_row(known[nearness.index(max(nearness))])
    likeliest = sorted(range(len(known)), key=lambda place: -nearness[place])[:MOST_ENCODED]
    vectors = encode([question, *(_in_context(known[place]) for place in likeliest)])
    meaning = (vectors[1:] @ vectors[0]).tolist()
    weighed = [
        (nearness[place] + WEIGHT_OF_MEANING * means, known[place])
        for place, means in zip(likeliest, meaning, strict=True)
    ]
    most, nearest = max(weighed, key=lambda one: one[0])
    rivals = [near for near, one in weighed if not _repeats(one, nearest)]
    opens = nearest is known[0] and not nearest.row and (typed[0] or not wanted)
    sure = most - max(rivals, default=0.0) >= SURE
    return nearest if opens or sure else replace(nearest, said="")


def rest_after(sentence: str, markdown: str) -> str:
    """The Markdown behind the sentence that opens it, or that opens what stands below its first heading.

    So nothing is said twice in a row. A list stays whole: its second step is none without the first.
    """
    text = markdown.strip()
    below = _HEADINGS.sub("", text)
    if not sentence or _LISTED.match(below):
        return text
    opening = below.partition("\n\n")[0]
    ends = re.finditer(re.escape(sentence[-1:]) + r"[*_`]*", opening)
    end = next((match.end() for match in ends if plain(opening[: match.end()]) == sentence), 0)
    return below[end:].lstrip() if end else text


def _telling(found: Sequence[Statement]) -> Sequence[Statement]:
    """Statements that don't merely point elsewhere, unless all do; none where nothing can be said."""
    telling = [one for one in found if one.linked < MOST_LINKED]
    return telling or found


def _unless_row(nearest: Statement) -> Statement:
    return replace(nearest, said="") if nearest.row else nearest


def _with(added: str, known: Sequence[Statement], language: str) -> Sequence[Statement]:
    """Those that have what was added, unless none has."""
    held = [one for one in known if added and holds(_in_context(one), added, language)]
    return held or known


def _in_context(statement: Statement) -> str:
    return f"{statement.about}: {statement.words}" if statement.about else statement.words


def _beyond(question: str, title: str, language: str) -> str:
    """The question without the words of the title, unless no others tell anything."""
    held = [_parts(word) for word in _SPACED.findall(title)]

    def kept(word: re.Match[str]) -> str:
        parts = _parts(word.group())
        needed = len(parts) * (1.0 if _DIGIT.search(word.group()) else OF_TITLE)
        return "" if any(len(parts & own) >= needed for own in held) else word.group()

    rest = _SPACED.sub(kept, question)
    for run in _IDEOGRAPHS_TOGETHER.findall(title):
        rest = rest.replace(run, "")
    return rest if _telling_words(rest, language) else question


def _telling_words(text: str, language: str) -> list[str]:
    return [word for word in _WORDS.findall(text.casefold()) if word not in small_words(language)]


def _typed(known: Sequence[Statement], passage: Passage, wanted: Collection[AnswerType]) -> list[bool]:
    """Whether each states what is wanted; of a row a figure does, where its passage says of what."""
    language = passage.article.language
    whole = stated(passage.text, language) if wanted else {}

    def states(one: Statement) -> bool:
        own = whole if one.row else stated(f"{one.about}\n{one.words}", language)
        return any(own[kind] for kind in wanted) and (not one.row or bool(_DIGIT.search(one.words)))

    return [bool(wanted) and states(one) for one in known]


def _repeats(one: Statement, other: Statement) -> bool:
    """Whether the shorter of the two says hardly anything that the other doesn't, as a heading may."""
    if one.row and other.row:
        return one.words == other.words
    parts, others = _parts(one.words), _parts(other.words)
    return len(parts & others) >= REPEATED * min(len(parts), len(others))


def _by_words(question: str, known: Sequence[Statement], language: str) -> list[float]:
    """How near each is by the question's words and codes; the first is ahead where these are few."""
    telling = " ".join(_telling_words(question, language)) or question
    shared = zip(_shared_parts(telling, known), _shared_codes(question, known), strict=True)
    nearness = [parts + codes for parts, codes in shared]
    nearness[0] += min(MOST_LEAD, LEAD / max(1, _length(question, language)))
    return nearness


def _shared_codes(question: str, candidates: Sequence[Statement]) -> list[float]:
    """The share of the question's codes in each candidate, as far as it counts."""
    asked = codes(question)
    return [
        WEIGHT_OF_CODES * len(asked & codes(f"{one.about} {one.words}")) / max(1, len(asked))
        for one in candidates
    ]


def codes(text: str) -> set[str]:
    """Words with a figure and a letter in them."""
    return {word for word in _SPACED.findall(_folded(text)) if _DIGIT.search(word) and not word.isdecimal()}


def _shared_parts(question: str, candidates: Sequence[Statement]) -> list[float]:
    """The share, 0 to 1, of the question's parts in each candidate; what all candidates share counts less."""
    asked = _parts(question)
    held = [asked & _parts(one.words) for one in candidates]
    above = [asked & _parts(one.about) for one in candidates]
    weight = {part: 1.0 / (1 + sum(part in parts for parts in held)) for part in asked}
    whole = sum(weight.values()) or 1.0
    return [
        (_sum(weight, own) + WEIGHT_OF_HEADING * _sum(weight, heading - own)) / whole - ROW * one.row
        for one, own, heading in zip(candidates, held, above, strict=True)
    ]


def _sum(weight: Mapping[str, float], parts: Iterable[str]) -> float:
    return sum(weight[part] for part in parts)


def _length(question: str, language: str) -> int:
    """Words that tell something; two ideographs count as one."""
    found = _telling_words(question, language)
    ideographs = sum(bool(_IDEOGRAPHS.match(word)) for word in found)
    return len(found) - ideographs + ideographs // 2


def _parts(text: str) -> set[str]:
    """Pieces of three letters of each word, pairs of ideographs: they survive endings and compounds."""
    words = _WORDS.findall(_folded(text))
    run = "".join(word if _IDEOGRAPHS.match(word) else " " for word in words)
    pairs = {run[at : at + 2] for at in range(len(run) - 1) if " " not in run[at : at + 2]}
    threes = {f"^{word}"[at : at + 3] for word in words for at in range(max(1, len(word) - 1))}
    return pairs | {three for three in threes if not _IDEOGRAPHS.search(three)}


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character)).strip(" .:#")
