"""A block: a heading, paragraph, list, table or piece of code, and the spans it can be cut into."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING

from kb.markdown import inline, tokens
from kb.sentence import spans as sentence_spans

if TYPE_CHECKING:
    from markdown_it.token import Token

_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "fence",
    "code_block": "code",
}
_WHOLE = frozenset({"list", "table", "fence", "code"})
"""Kinds that stay whole up to twice the length of a passage."""
_UNBROKEN = re.compile(r"`[^`\n]+`|!?\[[^\]\n]*\]\([^)\n]*\)|<[^>\s]+>|https?://\S+")
_CLAUSE = re.compile(r"[，；：、]|[,;:،؛–—]\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """`body[start:end]`, counted in characters; `opening` and `closing` are lines to repeat around it.

    Only the later parts of a table (its header) and the parts of fenced code (its fences) have them.
    """

    start: int
    end: int
    opening: str = ""
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block of Markdown."""

    kind: str
    span: Span
    edges: tuple[int, ...] = ()
    """Where its items, rows or lines start, counted in characters of the body."""
    level: int = 0
    """Of a heading, 1 to 6."""
    words: str = ""
    """Of a heading."""


Size = Callable[[Sequence[Span]], int]
"""The length of the text that spans make together, in tokens."""


def written(body: str, spans: Iterable[Span]) -> str:
    """The Markdown of spans in order, with what lies between two neighbours."""
    pieces: list[Span] = []
    for span in spans:
        if pieces and not pieces[-1].closing and not span.opening:
            pieces[-1] = replace(pieces[-1], end=span.end, closing=span.closing)
        else:
            pieces.append(span)
    return "\n\n".join(filter(None, (_text(body, piece) for piece in pieces)))


def _text(body: str, span: Span) -> str:
    content = body[span.start : span.end].rstrip().lstrip("\n")
    return "\n".join(filter(None, (span.opening, content, span.closing)))


def blocks(body: str) -> tuple[Block, ...]:
    """The blocks of a body in order; nothing but blank lines lies between them."""
    starts = list(accumulate((len(line) + 1 for line in body.split("\n")), initial=0))
    starts[-1] = len(body)
    all_tokens = tokens(body)
    found: list[Block] = []
    line = 0
    for place, token in enumerate(all_tokens):
        if token.level == 0 and token.map:
            first, last = token.map
            found += _unshown(body, starts[line : first + 1])
            found.append(_block(body, starts[first : last + 1], all_tokens, place))
            line = last
    return (*found, *_unshown(body, starts[line:]))


def _unshown(body: str, starts: Sequence[int]) -> Iterable[Block]:
    """Lines that Markdown shows nowhere, such as the addresses of links."""
    if body[starts[0] : starts[-1]].strip():
        yield Block("text", _trimmed(body, starts[0], starts[-1]), tuple(starts[:-1]))


def _trimmed(body: str, start: int, end: int) -> Span:
    """Without blank lines around it; the first line keeps its indentation."""
    content = body[start:end]
    words = start + len(content) - len(content.lstrip())
    return Span(max(start, body.rfind("\n", 0, words) + 1), start + len(content.rstrip()))


def _block(body: str, starts: Sequence[int], all_tokens: "Sequence[Token]", place: int) -> Block:
    """The block of a token; `starts` are those of its lines and of the line after."""
    token = all_tokens[place]
    kind = _KINDS.get(token.type, "text")
    span = _trimmed(body, starts[0], starts[-1])
    if kind == "heading":
        return Block(kind, span, level=int(token.tag[1]), words=inline(all_tokens[place + 1]))
    edges = starts[:-1]
    if kind == "table":
        edges = [starts[0], *starts[3:-1]]
    elif kind == "fence":
        edges = [starts[0], *starts[2 : -2 if _is_closed(body, span, token) else -1]]
    elif kind == "list" and token.map:
        edges = [starts[line - token.map[0]] for line in _items(all_tokens, place)]
    return Block(kind, span, tuple(edges))


def _is_closed(body: str, span: Span, fence: "Token") -> bool:
    return body[span.start : span.end].rpartition("\n")[2].strip().startswith(fence.markup)


def _items(all_tokens: "Sequence[Token]", place: int) -> Iterable[int]:
    """The lines on which the items of a list start."""
    for token in all_tokens[place + 1 :]:
        if token.level == 0:
            return
        if token.level == 1 and token.type == "list_item_open" and token.map:
            yield token.map[0]


def cut(body: str, block: Block, size: Size, most: int, language: str) -> list[Span]:
    """The spans of a block, none longer than `most`, save for what is kept whole up to twice that."""
    if size([block.span]) <= (2 * most if block.kind in _WHOLE else most):
        return [block.span]
    parts = _parts(body, block, size, most)
    if block.kind == "table":
        parts = [part if size([part]) <= most else replace(part, opening="") for part in parts]
    refined = (_refined(body, part, size, most, language, 0) for part in parts)
    return _joined(chain.from_iterable(refined), size, most)


def _parts(body: str, block: Block, size: Size, most: int) -> list[Span]:
    """The block between its edges, each part dressed with the lines it needs to stand alone."""
    span = block.span
    if block.kind in {"paragraph", "heading"} or len(block.edges) < 2:
        return [span]
    edges = [span.start, *(edge for edge in block.edges if span.start < edge < span.end), span.end]
    parts = [Span(start, end) for start, end in pairwise(edges)]
    opening, closing = _dress(body, block)
    if size([Span(0, 0, opening, closing)]) > most // 2:
        return parts
    last = len(parts) - 1
    return [
        replace(part, opening=opening if place else "", closing=closing if place < last else "")
        for place, part in enumerate(parts)
    ]


def _dress(body: str, block: Block) -> tuple[str, str]:
    lines = body[block.span.start : block.span.end].split("\n")
    if block.kind == "table":
        return "\n".join(lines[:2]), ""
    if block.kind == "fence":
        fence = re.match(r"\s*(`+|~+)", lines[0])
        return lines[0], fence.group() if fence else ""
    return "", ""


def _refined(body: str, span: Span, size: Size, most: int, language: str, step: int) -> list[Span]:
    """A span cut at the coarsest of lines of its own, sentences, clauses and words that is fine enough."""
    if size([span]) <= most or span.end - span.start < 2:
        return [span]
    text = body[span.start : span.end]
    places = _places(text, language, step)
    edges = [span.start, *(span.start + place for place in places), span.end]
    inner = [
        replace(
            span, start=start, end=end, opening=span.opening if start == span.start or _is_code(span) else ""
        )
        for start, end in pairwise(edges)
    ]
    deeper = (_refined(body, part, size, most, language, step + 1) for part in inner)
    return _joined(chain.from_iterable(deeper), size, most)


def _is_code(span: Span) -> bool:
    return span.opening.lstrip().startswith(("```", "~~~"))


def _places(text: str, language: str, step: int) -> list[int]:
    """Where a text can be cut: 0 at line ends, 1 sentences, 2 clauses, 3 words, then in the middle."""
    flat = text.replace("\n", " ")
    if step > 3:
        return [len(text) // 2]
    if step == 0:
        found = [match.end() for match in re.finditer(r"\n", text)]
    elif step == 1:
        found = [start for start, _ in sentence_spans(flat, language)]
    else:
        found = [match.end() for match in (_CLAUSE if step == 2 else re.compile(r"\s+")).finditer(flat)]
    held = [match.span() for match in _UNBROKEN.finditer(flat)]
    free = (place for place in found if not any(start < place < end for start, end in held))
    return [place for place in free if 0 < place < len(text)]


def _joined(spans: Iterable[Span], size: Size, most: int) -> list[Span]:
    """Neighbours put together again as far as they fit."""
    joined: list[Span] = []
    for span in spans:
        if joined:
            both = Span(joined[-1].start, span.end, joined[-1].opening, span.closing)
            if size([both]) <= most:
                joined[-1] = both
                continue
        joined.append(span)
    return joined
