"""The shelf: where an article's file may be put, and how it is written without losing anyone's work."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from kb.problem import KnowledgeError

LARGEST = 1024 * 1024
"""Bytes of a file that is read or written; a long article has 20,000."""

REMOVED = ".removed"
"""The folder below that of the articles to which removed files go; what starts with a dot is not read."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')
_WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_one_writer = Lock()


class Misplaced(KnowledgeError):
    """A path that no article may have."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"{path!r} {fault}: give a path such as en/returns.md")


class Changed(KnowledgeError):
    """The file is no longer the one that the editor started from."""

    def __init__(self, path: str, how: str) -> None:
        super().__init__(f"{path} was {how} since you opened it: open it again and repeat your change")


class Unwritable(KnowledgeError):
    """The file can't be written; the old one is untouched."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(f"{path} can't be saved ({reason}): {remedy}")


class Taken(KnowledgeError):
    """Another file has that name."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} exists already: choose another name")


def place(folder: Path, path: str) -> Path:
    """The file that a path below the articles folder stands for.

    Raises `Misplaced` for a path that leads out of it or that some system can't hold.
    """
    for part in path.split("/"):
        _check(path, part)
    if not path.endswith(".md"):
        raise Misplaced(path, "does not end in .md")
    file = (folder / path).resolve()
    if not file.is_relative_to(folder.resolve()) or file.suffix != ".md":
        raise Misplaced(path, "leads out of the articles folder")
    if file.is_dir():
        raise Misplaced(path, "is a folder")
    return file


def _check(path: str, part: str) -> None:
    if not part:
        raise Misplaced(path, "is absolute or has an empty part")
    if part.startswith("."):
        raise Misplaced(path, "has a part that starts with a dot")
    if part.endswith((".", " ")) or part.startswith(" "):
        raise Misplaced(path, "has a part with a dot or space at its end")
    if _UNSAFE.search(part):
        raise Misplaced(path, "has a character that file names must not have")
    if _WINDOWS.fullmatch(part):
        raise Misplaced(path, "has a name that Windows keeps for itself")
    if len(part.encode()) > 200:
        raise Misplaced(path, "has a part longer than 200 bytes")


def write(folder: Path, path: str, text: str, expected_digest: str | None) -> None:
    """Replaces the file in one step, so that readers see the old text or the new.

    `expected_digest` is the digest of the text that the editor started from, None for a new file.
    Raises `Changed` when another one stands there now, `Misplaced` and `Unwritable`.
    """
    file = place(folder, path)
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unwritable(
            path, "it holds half a character", f"remove the character at {error.start}"
        ) from error
    if len(content) > LARGEST:
        raise Unwritable(path, "it is larger than 1 MB", "split it into several articles")
    with _one_writer, _told_as_unwritable(path):
        _expect(file, path, expected_digest)
        _replace(file, content)


def move(folder: Path, path: str, to: str, expected_digest: str) -> None:
    """Gives a file another name or folder. Raises `Changed`, `Taken`, `Misplaced` and `Unwritable`."""
    file, target = place(folder, path), place(folder, to)
    with _one_writer, _told_as_unwritable(path):
        _expect(file, path, expected_digest)
        if target.exists():
            raise Taken(to)
        _rename(file, target)


def remove(folder: Path, path: str, expected_digest: str) -> str:
    """Puts a file aside, where it is not read; the path that it has there. Raises as `move`."""
    file = place(folder, path)
    when = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    aside = f"{REMOVED}/{path.removesuffix('.md')}-{when}.md"
    with _one_writer, _told_as_unwritable(path):
        _expect(file, path, expected_digest)
        _rename(file, folder / aside)
    return aside


def _rename(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    file.rename(target)
    _settle(target.parent)
    _settle(file.parent)


@contextmanager
def _told_as_unwritable(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unwritable(path, reason, "make room, or give the server the right to write there") from error


def _expect(file: Path, path: str, digest: str | None) -> None:
    found = sha256(file.read_bytes()).hexdigest() if file.exists() else None
    if found != digest:
        raise Changed(path, "removed" if found is None else "created" if digest is None else "changed")


def _replace(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with draft.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o7777)
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    _settle(file.parent)


def _settle(folder: Path) -> None:
    """Makes a rename last through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
