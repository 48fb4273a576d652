"""A revision: front matter and body changed in a file's text, with all the rest left as it was."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from io import StringIO
from typing import TYPE_CHECKING, Any

from kb.front_matter import LARGEST, Entry, FrontMatterError, Parts, cut, load
from kb.problem import KnowledgeError

if TYPE_CHECKING:
    from ruamel.yaml import YAML


class Unrevisable(KnowledgeError):
    """A change that front matter can't hold; the text is as it was."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(
            f"{key} can't be written into the front matter ({reason}): change it in the file by hand"
        )


def revise(source: str, *, body: str | None = None, **changes: object) -> str:
    """The text of a file with a new body and other values of front-matter keys; None removes a key.

    Whatever is not changed stays byte for byte: other keys, comments, order, line ends, a byte order
    mark. A changed value keeps its style of quoting and the comments beside it. Raises
    `FrontMatterError` where the file's own front matter can't be read, and `Unrevisable`.
    """
    parts = cut(source)
    load(parts.front)
    newline = "\r\n" if "\r\n" in source else "\n"
    front = parts.front
    for key, value in changes.items():
        front = _with(front, key, _plain_value(key, value), newline)
    if body is None or _unix(body) == _unix(parts.body):
        body = parts.body
    else:
        body = _unix(body).replace("\n", newline)
    return _assembled(parts, front, body, newline)


def _assembled(parts: Parts, front: str, body: str, newline: str) -> str:
    load(front)
    if parts.closing or not front:
        gap = newline if parts.closing and not parts.closing.endswith("\n") and body else ""
        return parts.opening + front + parts.closing + gap + body
    return f"{parts.opening}---{newline}{front}---{newline}{body}"


def _plain_value(key: str, value: object) -> object:
    """A value as YAML knows it: tuples become lists."""
    if value is None or isinstance(value, str | bool | int | float | date):
        return value
    if isinstance(value, Mapping):
        return {str(inner): _plain_value(key, item) for inner, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain_value(key, item) for item in value]
    raise Unrevisable(key, f"{type(value).__name__} is no text, number, date or list")


def _with(front: str, key: str, value: object, newline: str) -> str:
    """Front matter in which one key has another value, changed within the lines of that key."""
    before = load(front)
    if _says(before.get(key), value):
        return front
    lines = re.findall(r"[^\n]*\n", front)
    start, end = _lines_of(before, key, lines)
    new = _written(_unix("".join(lines[start:end])), key, value)
    revised = "".join([*lines[:start], new.replace("\n", newline), *lines[end:]])
    _check(before, revised, key, value)
    return revised


def _says(entry: Entry | None, value: object) -> bool:
    """Whether an entry, as it is written, already has a value."""
    found = entry.value if entry else None
    if isinstance(found, tuple):
        items = value if isinstance(value, list) else [None]
        return len(found) == len(items) and all(map(_says, found, items))
    if isinstance(value, bool):
        return str(found).lower() == str(value).lower()
    if isinstance(value, list | dict):
        return False
    return (entry is None or found is None) if value is None else found == str(value)


def _lines_of(entries: Mapping[str, Entry], key: str, lines: Sequence[str]) -> tuple[int, int]:
    """The lines of a key and its value, first and past the last, counted from 0; the end for a new key."""
    if key not in entries:
        return len(lines), len(lines)
    start = entries[key].line - 2
    end = min((entry.line - 2 for entry in entries.values() if entry.line - 2 > start), default=len(lines))
    while end - 1 > start and re.match(r"\s*$|#", lines[end - 1]):
        end -= 1
    return start, end


def _check(before: Mapping[str, Entry], revised: str, key: str, value: object) -> None:
    """Raises `Unrevisable` unless the key has its new value and no other has changed."""
    try:
        after = load(revised)
    except FrontMatterError as error:
        raise Unrevisable(key, str(error)) from error
    others = [name for name in {**before, **after} if name != key]
    if any(_bare(before.get(name)) != _bare(after.get(name)) for name in others):
        raise Unrevisable(key, "other keys stand on its lines")
    if not isinstance(value, dict) and not _says(after.get(key), value):
        raise Unrevisable(key, "it would be read differently")


def _bare(entry: Entry | None) -> object:
    """What an entry says, without where."""
    value = entry.value if entry else entry
    return tuple(map(_bare, value)) if isinstance(value, tuple) else value


def _written(old: str, key: str, value: object) -> str:
    """The YAML of one key: the old text with the value put in its place, or nothing for None."""
    if value is None:
        return ""
    from ruamel.yaml.error import YAMLError

    yaml = _round_trip(old)
    stream = StringIO()
    try:
        entry: Any = yaml.load(old) or {}
        entry[key] = _in_style(entry.get(key), value)
        if not isinstance(value, list) and old:
            _draw_near(entry.ca.items.get(key, ()))
        yaml.dump(entry, stream)
    except (YAMLError, TypeError, UnicodeError) as error:
        raise Unrevisable(key, str(getattr(error, "problem", None) or "YAML refuses it")) from error
    return stream.getvalue()


def _round_trip(old: str) -> "YAML":
    """Reads and writes YAML in the old text's own way of indenting lists."""
    from ruamel.yaml import YAML

    dash = re.search(r"^( *)- ", old, re.MULTILINE)
    offset = len(dash.group(1)) if dash else 2
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = LARGEST
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _in_style(old: Any, value: object) -> object:
    """A value in the quotes, or within the list and between the comments, of the one before it."""
    from ruamel.yaml.comments import CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

    if isinstance(value, str) and (re.search(r"[\n\r\x85\u2028\u2029]", value) or value.strip() != value):
        return DoubleQuotedScalarString(value)
    if isinstance(value, str) and isinstance(old, SingleQuotedScalarString | DoubleQuotedScalarString):
        return type(old)(value)
    if isinstance(value, list) and isinstance(old, CommentedSeq):
        _update(old, value)
        return old
    return value


def _draw_near(comments: Sequence[Any]) -> None:
    """Puts the comment behind a value one space after it, not in the column where it was."""
    for comment in comments:
        if comment is not None and not isinstance(comment, list):
            comment.column = 0


def _update(old: Any, new: Sequence[object]) -> None:
    """Makes one list the other, touching only the items that differ."""
    shown = [str(item) for item in old]
    changes = SequenceMatcher(None, shown, [str(item) for item in new], autojunk=False).get_opcodes()
    for change, start, end, first, last in reversed(changes):
        if change == "equal":
            continue
        kept = min(end - start, last - first)
        for step in range(kept):
            old[start + step] = _in_style(old[start + step], new[first + step])
        for place in reversed(range(start + kept, end)):
            del old[place]
        for place in range(kept, last - first):
            old.insert(start + place, _in_style(None, new[first + place]))


def _unix(text: str) -> str:
    return re.sub(r"\r\n?", "\n", text)
