"""Front matter: the YAML between two lines of `---` at the top of a file."""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kb.problem import KnowledgeError

if TYPE_CHECKING:
    from ruamel.yaml.error import YAMLError

LARGEST = 64 * 1024
"""Characters of front matter that are read; real ones hold a few hundred."""

_FENCED = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENED = re.compile(r"\ufeff?---[ \t]*(\r?\n|\Z)")


class FrontMatterError(KnowledgeError):
    """Front matter that can't be read."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        """Counted from 1 at the top of the file."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a file holds between the lines of `---`, and below them."""

    front: str
    body: str
    body_line: int
    """The line of the file, counted from 1, where the body starts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as it was written: a text, a list, nothing, or a mapping whose content is not looked at."""

    value: "str | tuple[Entry, ...] | dict[str, str] | None"
    line: int
    """Of its key, or of itself within a list."""

    @property
    def kind(self) -> str:
        """What the value is, in words for a message."""
        if self.value is None:
            return "empty"
        return {str: "a text", tuple: "a list", dict: "a group of keys"}[type(self.value)]


def cut(source: str) -> Parts:
    """The two halves of a file. Raises `FrontMatterError` when front matter is opened and never closed."""
    if match := _FENCED.match(source):
        return Parts(match[1], source[match.end() :], match[0].count("\n") + 1)
    if _OPENED.match(source):
        raise FrontMatterError(1, "the front matter is never closed: add a line of --- below its last key")
    return Parts("", source.removeprefix("\ufeff"), 1)


def load(front: str) -> dict[str, Entry]:
    """The keys of front matter, in order. Raises `FrontMatterError`.

    Only the shape of the YAML is read and no object is made from it, so that tags have no effect
    and nested aliases don't multiply.
    """
    if len(front) > LARGEST:
        raise FrontMatterError(
            1, f"the front matter is longer than {LARGEST // 1024} KB: move text into the body"
        )
    entries: dict[str, Entry] = {}
    for key, value in _pairs(front):
        name, line = str(key.value), _line(key)
        if name in entries:
            raise FrontMatterError(line, f"{name} is given twice: keep one of the two")
        entries[name] = replace(_entry(value, depth=1), line=line)
    return entries


def _pairs(front: str) -> list[tuple[Any, Any]]:
    root = _composed(front)
    if root is None:
        return []
    if root.id != "mapping":
        raise FrontMatterError(_line(root), "expected keys and values such as title: Returns and refunds")
    pairs: list[tuple[Any, Any]] = root.value
    return pairs


def _composed(front: str) -> Any:
    """The tree of YAML nodes, each with its place, or None."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).compose(front)
    except YAMLError as error:
        raise _broken(error, front) from error
    except RecursionError as error:
        raise FrontMatterError(
            1, "the front matter is nested too deeply: write plain keys and lists"
        ) from error


def _broken(error: "YAMLError", front: str) -> FrontMatterError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark else front.count("\n", 0, getattr(error, "position", 0))
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it can't be read"
    remedy = "put texts that hold a colon, # or quotes between quotes"
    return FrontMatterError(line + 2, f"the front matter is not valid YAML ({reason}): {remedy}")


def _entry(node: Any, depth: int) -> Entry:
    if node.id == "mapping" or (node.id == "sequence" and depth == 0):
        return Entry({}, _line(node))
    if node.id == "sequence":
        return Entry(tuple(_entry(item, depth - 1) for item in node.value), _line(node))
    empty = node.tag == "tag:yaml.org,2002:null"
    return Entry(None if empty else str(node.value), _line(node))


def _line(node: Any) -> int:
    line: int = node.start_mark.line
    return line + 2
