"""Statements: what a passage says, each as it can be said alone, without the passage around it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kb.abbreviation import spelled_out
from kb.markdown import Row, inline, plain, row_words, table_rows, tokens
from kb.passage import Passage
from kb.sentence import sentences

if TYPE_CHECKING:
    from markdown_it.token import Token

FEWEST_LETTERS = 10
FEWEST_IDEOGRAPHS = 5
FEWEST_WORDS = 4
"""Of a heading with a figure in it that says something."""
BRIEF = 140
"""Width up to which two sentences are said together that are an item of a list, or stand under a heading of
their own: a step and what follows from it, a fault and its cure."""
SHORT_LIST = 220
"""Width up to which a list is said as one sentence."""
LONGEST_ROW = 220
"""Width up to which the row of a table is said."""

_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LEADS = (":", "：")
_ASKS = ("?", "？", "؟")
_ENDED = re.compile(r"[.!?…؟۔।。！？｡][\"'”’»）)」』]*$")
_BOLD = re.compile(r"(\*\*|__)(?P<words>(?:(?!\1).)+)\1")
_LINKED = re.compile(r"\[([^\[\]]+)\]\(")
_AMOUNT = re.compile(r"(?<![A-Za-z\d+.,-])(\d+) ?(?:(?![A-Z\d_])\w)")
_LOOSE_END = " ;,.；，،、。"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, seldom two, or what stands in for one."""

    said: str
    """Empty for the row of a table that can be shown but not said: it has no name, or is too long."""
    words: str
    """What it adds to `about`, to be compared with a question."""
    about: str = ""
    """The heading or the lead-in that it stands under."""
    linked: float = 0.0
    """The share of it, 0 to 1, that is links."""
    place: int = 0
    """In which of the passage's places it stands."""
    row: bool = False
    """Whether it is the row of a table."""


def statements(passage: Passage) -> tuple[Statement, ...]:
    """All of them in order; questions, code and scraps are none, a lead-in only with what follows it."""
    return tuple(_Reader(passage).read())


@dataclass(slots=True)
class _List:
    """A list while it is read: the words that lead to it, and its items that are no sentences."""

    lead: str
    items: list[str] = field(default_factory=list)


class _Reader:
    """Reads the blocks of a passage, and remembers what those that follow hang on."""

    def __init__(self, passage: Passage) -> None:
        self._passage = passage
        self._above = passage.heading[-1] if passage.heading else ""
        self._heading = ""
        self._place = 0
        self._lead = self._above
        """What stood directly above."""
        self._lists: list[_List] = []

    def read(self) -> Iterator[Statement]:
        for statement in self._blocks():
            yield replace(statement, place=self._place)
        yield from _stated(self._above, self._passage.article.title)

    def _blocks(self) -> Iterator[Statement]:
        before = ""
        found = tokens(self._passage.text)
        for place, token in enumerate(found):
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                self._lists.append(_List(self._lead))
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                yield from _listed(self._lists.pop())
            elif token.type == "inline" and before == "heading_open":
                self._heading = self._lead = inline(token)
                self._place += token.level == 1  # those within a quote or a list have no address
            elif token.type == "inline" and before == "paragraph_open":
                yield from self._paragraph(token, listing=_opens_list(found[place + 1 : place + 3]))
            elif token.type == "table_open" and token.map:
                yield from self._rows(*token.map)
            before = token.type

    def _rows(self, first: int, end: int) -> Iterator[Statement]:
        about = self._lead or self._heading
        self._lead = ""
        table = "\n".join(self._passage.text.split("\n")[first:end])
        read = table_rows(spelled_out(table, self._passage.article.language))
        for row, as_written in zip(read, table_rows(table), strict=True):
            if words := row_words(row):
                yield Statement(_row(as_written), words, about, row=True)

    def _paragraph(self, token: "Token", listing: bool) -> Iterator[Statement]:
        """`listing`: a list follows, which the paragraph may lead to."""
        opening, text = _opened(inline(token), token.content)
        found = sentences(text, self._passage.article.language)
        lead = found[-1] if found and (_leads(text) or (listing and not _ENDED.search(text))) else ""
        belong_together = bool(opening or self._lists) or self._lead == self._heading != ""
        if self._lists and not opening and len(found) == 1 and not lead and self._is_scrap(text):
            self._lists[-1].items.append(text)
            return
        about = opening or self._heading
        links = [plain(words) for words in _LINKED.findall(token.content)]
        whole = found[:-1] if lead else found
        for one in _together(whole) if belong_together else filter(_can_stand, whole):
            yield Statement(one, one, about, linked=_linked(one, links))
        self._lead = lead

    def _is_scrap(self, item: str) -> bool:
        """Whether an item of a list is no sentence: "up to 6 years in Ireland." ends the one around it."""
        return not _ENDED.search(item) or item[:1].islower() or bool(self._lists[-1].items)


def _row(row: Row) -> str:
    """A row as it is said: "Plan: Business; First answer within: 4 hours", "Weight – Arc: 254 g"."""
    (head, name), *others = row
    told = [(header, cell) for header, cell in others if cell]
    text = "".join(part for cell in row for part in cell)
    wide, arabic = bool(_IDEOGRAPHS.search(text)), bool(_ARABIC.search(text))
    colon, dash, semicolon = ("：", "：", "；") if wide else (": ", " – ", "؛ " if arabic else "; ")
    opening, *cells = (f"{header}{colon}{cell}" if header else cell for header, cell in ((head, name), *told))
    after = semicolon if head else dash if any(header for header, _ in told) else colon
    said = f"{opening}{after}{semicolon.join(cells)}"
    return said if name and told and _width(said) <= LONGEST_ROW else ""


def _opens_list(following: "Sequence[Token]") -> bool:
    return any(token.type in {"bullet_list_open", "ordered_list_open"} for token in following)


def _stated(heading: str, title: str) -> Iterator[Statement]:
    """A heading that says how much of what: "A gift card is good for 3 years", not "Figures" or "Wifi 6"."""
    words = len(heading.split()) + len(_IDEOGRAPHS.findall(heading)) // 2
    amounts = [number for number in _AMOUNT.findall(heading) if number not in title]
    if amounts and words >= FEWEST_WORDS and _can_stand(heading):
        said = heading if _ENDED.search(heading) else heading + _stop(heading)
        yield Statement(said, said)


def _together(found: Sequence[str]) -> Sequence[str]:
    """Two short sentences as one, else those that can stand."""
    standing = [sentence for sentence in found if _can_stand(sentence)]
    both = " ".join(found) if not _IDEOGRAPHS.search("".join(found)) else "".join(found)
    brief = len(found) == 2 and _width(both) <= BRIEF and not any(map(_asks, found)) and not _leads(both)
    return [both] if standing and brief else standing


def _listed(found: _List) -> Iterator[Statement]:
    """Items that are no sentences, said with the words that lead to them: all in one where they are short."""
    whole = _completed(found.lead, found.items)
    if found.lead and len(found.items) > 1 and _width(whole) <= SHORT_LIST:
        yield Statement(whole, whole)
        return
    for item in found.items:
        if found.lead or (len(item.split()) >= FEWEST_WORDS and _can_stand(item)):
            yield Statement(_completed(found.lead, [item]), item, found.lead)


def _completed(lead: str, items: Sequence[str]) -> str:
    text = "".join(items)
    wide = bool(_IDEOGRAPHS.search(text))
    comma = "、" if wide else "، " if _ARABIC.search(text) else ", "
    listed = comma.join(item.rstrip(_LOOSE_END) for item in items)
    colon = "" if _leads(lead) or not lead else "：" if wide else ":"
    return f"{lead}{colon}{'' if wide or not lead else ' '}{listed}{_stop(text)}"


def _stop(text: str) -> str:
    return "。" if _IDEOGRAPHS.search(text) else "."


def _opened(text: str, source: str) -> tuple[str, str]:
    """The few bold words that open a paragraph like a heading, and the rest of it."""
    bold = _BOLD.match(source)
    words = plain(bold["words"]) if bold else ""
    rest = text.removeprefix(words).strip()
    heads = words.endswith((*_LEADS, *_ASKS)) or _ENDED.search(words)
    return (words, rest) if words and heads and rest and text.startswith(words) else ("", text)


def _can_stand(text: str) -> bool:
    """Whether a text says something by itself: no scrap, no question, no lead-in to a list."""
    letters = sum(character.isalnum() for character in text)
    enough = FEWEST_IDEOGRAPHS if _IDEOGRAPHS.search(text) else FEWEST_LETTERS
    return letters >= enough and not _leads(text) and not _asks(text)


def _leads(text: str) -> bool:
    return text.endswith(_LEADS)


def _asks(text: str) -> bool:
    return text.endswith(_ASKS)


def _width(text: str) -> int:
    """Characters, ideographs twice."""
    return len(text) + len(_IDEOGRAPHS.findall(text))


def _linked(text: str, links: Sequence[str]) -> float:
    return min(1.0, sum(len(words) for words in links if words in text) / max(len(text), 1))
