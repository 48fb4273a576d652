"""A passage: the stretch of an article that answers one question and is cited for it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain

from kb.anchor import anchors
from kb.article import Article
from kb.block import Block, Size, Span, blocks, cut, written
from kb.markdown import plain

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in an article."""

    heading: tuple[str, ...]
    """The headings above it, outermost first, without the article's title."""
    anchor: str
    """The nearest of them as an address within the page."""


@dataclass(frozen=True)
class Passage:
    """A part of an article, small enough to be encoded and shown whole."""

    article: Article
    heading: tuple[str, ...]
    """The headings above it, outermost first, without the article's title."""
    anchor: str
    """The nearest heading as an address within the page, unique in the article; empty at the top."""
    text: str
    """Markdown. The headings above it are not repeated here; those within it are part of it."""
    first_line: int
    """Counted from 1 at the top of the file."""
    last_line: int

    @cached_property
    def plain(self) -> str:
        """The words alone, for an embedding model."""
        return plain(self.text)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where it begins, and what stands below each of the headings within it, in order."""
        found = [Place(self.heading, self.anchor)]
        levels: list[int] = []
        for line, heading, anchor in _headed(self.article):
            if not self.first_line <= line <= self.last_line:
                continue
            while levels and levels[-1] >= heading.level:
                levels.pop()
            above = found[-1].heading[len(self.heading) :][: len(levels)]
            levels.append(heading.level)
            found.append(Place((*self.heading, *above, heading.words), anchor))
        return tuple(found)


def _headed(article: Article) -> Iterator[tuple[int, Block, str]]:
    """The headings of an article, each with its line and its anchor."""
    found = [block for block in blocks(article.body) if block.kind == "heading"]
    for block, anchor in zip(found, anchors(block.words for block in found), strict=True):
        yield article.body_line + article.body.count("\n", 0, block.span.start), block, anchor


def split(
    article: Article, length: Callable[[str], int], least: int = 60, most: int = 250
) -> tuple[Passage, ...]:
    """The passages of an article in order; every word of its body is in one of them or in its heading.

    They follow the headings and are `least` to `most` tokens long, as `length` counts them. Lists,
    tables and code stay whole up to twice `most`; beyond that they are cut between items, rows
    (each part with the header) or lines. What is shorter than `least` joins a neighbour of its own
    section, else of the next one under the same heading, and stays alone only where nothing fits.
    An article without text has its title for a passage.
    """
    size = _measure(article.body, length)
    drafts: list[_Draft] = []
    for section in _sections(article, size, most):
        pieces = (cut(article.body, block, size, most, article.language) for block in section.blocks)
        drafts += _packed(section, chain.from_iterable(pieces), size, least, most)
    passages = _finished(article, _gathered(drafts, size, least, most))
    if any(_COMMENT.sub("", passage.text).strip() for passage in passages):
        return passages
    return (Passage(article, (), "", article.title, 1, 1),)


def _measure(body: str, length: Callable[[str], int]) -> Size:
    known: dict[tuple[Span, ...], int] = {}

    def size(spans: Sequence[Span]) -> int:
        key = tuple(spans)
        if key not in known:
            text = written(body, key)
            known[key] = max(length(text), length(plain(text))) if "|" in text else length(text)
        return known[key]

    return size


@dataclass(frozen=True, slots=True)
class _Section:
    """The blocks below one heading, up to the next."""

    path: tuple[Block, ...]
    anchor: str
    blocks: tuple[Block, ...]
    opens: int
    """How many of the last headings of the path stand directly above its blocks."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage to be; fields as in `_Section`."""

    path: tuple[Block, ...]
    anchor: str
    spans: tuple[Span, ...]
    opens: int = 0


def _sections(article: Article, size: Size, most: int) -> Iterator[_Section]:
    path: tuple[Block, ...] = ()
    found = blocks(article.body)
    addresses = anchors(block.words for block in found if block.kind == "heading")
    anchor, opens, inside = "", 0, list[Block]()
    for place, block in enumerate(found):
        address = next(addresses) if block.kind == "heading" else ""
        if block.kind != "heading" or size([block.span]) > most:
            inside.append(block)
            continue
        if inside:
            yield _Section(path, anchor, tuple(inside), opens)
            opens, inside = 0, []
        if place == 0 and block.words == article.title:
            continue
        kept = tuple(above for above in path if above.level < block.level)
        if len(kept) < len(path):
            opens = 0
        path, anchor, opens = (*kept, block), address, opens + 1
        if _is_bare(found, place):
            yield _Section(kept, anchor, (block,), opens - 1)
            path, opens = kept, 0
    if inside:
        yield _Section(path, anchor, tuple(inside), opens)


def _is_bare(found: Sequence[Block], place: int) -> bool:
    """Whether a heading has nothing below it, neither text nor a smaller heading."""
    if place + 1 == len(found):
        return True
    following = found[place + 1]
    return following.kind == "heading" and following.level <= found[place].level


def _packed(section: _Section, spans: Iterable[Span], size: Size, least: int, most: int) -> Iterator[_Draft]:
    """The spans of a section, as many in a passage as fit, with a short end filled up from before."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and size([*groups[-1], span]) <= most:
            groups[-1].append(span)
        else:
            groups.append([span])
    while len(groups) > 1 and len(groups[-2]) > 1 and size(groups[-1]) < least:
        *before, moved = groups[-2]
        if size(before) < least or size([moved, *groups[-1]]) > most:
            break
        groups[-2:] = [before, [moved, *groups[-1]]]
    for place, group in enumerate(groups):
        yield _Draft(section.path, section.anchor, tuple(group), 0 if place else section.opens)


_Pair = tuple[bool, int, int, _Draft]
"""Whether the two come from different sections, their length, the place of the first, and both as one."""


def _gathered(drafts: list[_Draft], size: Size, least: int, most: int) -> list[_Draft]:
    """The drafts with those shorter than `least` joined to a neighbour where one fits."""
    place = 0
    while place < len(drafts):
        pairs = [] if size(drafts[place].spans) >= least else _pairs(drafts, place, size, most)
        if pairs:
            _, _, first, joined = min(pairs, key=lambda pair: pair[:2])
            drafts[first : first + 2] = [joined]
            place = first
        else:
            place += 1
    return drafts


def _pairs(
    drafts: Sequence[_Draft], place: int, size: Size, most: int
) -> list[tuple[bool, int, int, _Draft]]:
    """The ways to join a draft to a neighbour."""
    found: list[_Pair] = []
    for first in (place - 1, place):
        if not 0 <= first < len(drafts) - 1:
            continue
        above, below = drafts[first : first + 2]
        joined = _together(above, below)
        room = 2 * most if max(size(above.spans), size(below.spans)) > most else most
        if joined and size(joined.spans) <= room:
            found.append((above.path != below.path, size(joined.spans), first, joined))
    return found


def _together(above: _Draft, below: _Draft) -> _Draft | None:
    """Two neighbours as one, or None where they belong to different headings."""
    if above.path == below.path:
        return replace(above, spans=above.spans + below.spans)
    if below.path and below.path[:-1] == above.path:
        return replace(above, spans=(*above.spans, below.path[-1].span, *below.spans))
    lifted = _lifted(above)
    if lifted and lifted.path == below.path:
        return replace(lifted, spans=lifted.spans + below.spans)
    if below.path and above.path and above.path[:-1] == below.path[:-1]:
        return replace(lifted or above, spans=(*(lifted or above).spans, below.path[-1].span, *below.spans))
    return None


def _lifted(draft: _Draft) -> _Draft | None:
    """A draft with its own heading as part of it, where that stands directly above it."""
    if not draft.opens:
        return None
    return _Draft(draft.path[:-1], draft.anchor, (draft.path[-1].span, *draft.spans), draft.opens - 1)


def _finished(article: Article, drafts: Iterable[_Draft]) -> tuple[Passage, ...]:
    body = article.body
    starts = list(accumulate((len(line) + 1 for line in body.split("\n")), initial=0))

    def line(place: int) -> int:
        return article.body_line + bisect_right(starts, place) - 1

    def passage(draft: _Draft) -> Passage:
        first, last = draft.spans[0], draft.spans[-1]
        end = last.start + len(body[last.start : last.end].rstrip())
        heading = tuple(block.words for block in draft.path)
        text = written(body, draft.spans)
        return Passage(
            article, heading, draft.anchor, text, line(first.start), line(max(first.start, end - 1))
        )

    return tuple(passage(draft) for draft in drafts)
