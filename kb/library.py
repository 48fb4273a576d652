"""The library: every article below a folder, and all that is wrong with them."""

import os
import re
import stat
import unicodedata
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kb.address import language_folder, slug
from kb.article import Article, parse
from kb.front_matter import FrontMatterError, cut
from kb.language import MAIN, detect
from kb.link import dead_links
from kb.problem import KnowledgeError, Problem
from kb.shelf import LARGEST, Changed, place, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Changed", "Library", "NothingToRead", "place", "read", "write"]


class NothingToRead(KnowledgeError):
    """The folder is missing, or there is no article in it."""

    def __init__(self, folder: Path, fault: str) -> None:
        super().__init__(f"{folder} {fault}: put articles there, such as en/returns.md")


@dataclass(frozen=True, slots=True)
class Library:
    """What can be served from a folder today."""

    folder: Path
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]

    @property
    def languages(self) -> dict[str, int]:
        """How many articles each language has, most first."""
        return dict(Counter(article.language for article in self.articles).most_common())


def read(folder: Path, today: date | None = None) -> Library:
    """The library in a folder, in the order of its paths. Raises `NothingToRead`.

    What can't be served is listed in `problems`, and the rest is served.
    """
    if not folder.is_dir():
        raise NothingToRead(folder, "is no folder")
    problems: list[Problem] = []
    paths = sorted(_paths(folder, problems), key=PurePosixPath)
    if not paths and not problems:
        raise NothingToRead(folder, "holds no article")
    languages = {language for path in paths if (language := language_folder(path))}
    found = [_article(folder, path, sorted(languages), problems) for path in paths]
    current = _current(filter(None, found), today or date.today(), problems)
    articles = tuple(_first_of_each(current, problems))
    problems += _shared_questions(articles)
    problems += dead_links(articles, articles, folder)
    return Library(folder, articles, tuple(problems))


def _paths(folder: Path, problems: list[Problem]) -> "Iterator[str]":
    """Every file that should be an article, as a path below the folder."""

    def unreadable(error: OSError) -> None:
        problems.append(_unreadable(os.path.relpath(error.filename or folder, folder), error))

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if Path(parent, name).is_symlink():
                where = _printable(_below(folder, parent, name))
                problems.append(
                    Problem(where, "a link to a folder is not followed: put the folder itself here")
                )
        paths = (_below(folder, parent, name) for name in files if not name.startswith("."))
        yield from (path for path in paths if path.lower().endswith(".md") and path.lower() != "readme.md")


def _below(folder: Path, parent: str, name: str) -> str:
    return Path(parent, name).relative_to(folder).as_posix()


def _unreadable(path: str, error: OSError) -> Problem:
    reason = (error.strerror or "it can't be opened").lower()
    return Problem(_printable(path), f"can't be read ({reason}): give the server the right to read it")


def _article(folder: Path, path: str, languages: "Sequence[str]", problems: list[Problem]) -> Article | None:
    try:
        source = _text(folder, path)
    except OSError as error:
        problems.append(_unreadable(path, error))
        return None
    except KnowledgeError as error:
        problems.append(Problem(_printable(path), str(error)))
        return None
    language = language_folder(path)
    if language is None:
        language = detect(_words(source), languages or MAIN).code
        remedy = f"move it to {language}/{path}, or to the folder of the right language"
        problems.append(
            Problem(path, f"in no language folder, so its language is taken to be {language}: {remedy}")
        )
    article, faults = parse(source, path, language, slug(path))
    problems.extend(faults)
    return article


def _words(source: str) -> str:
    """A file's text without its front matter, whose keys are English."""
    with suppress(FrontMatterError):
        return cut(source).body
    return source


def _text(folder: Path, path: str) -> str:
    """The text of a file. Raises `OSError`, or `KnowledgeError` where it must not be read or is no text."""
    file = folder / path
    if _printable(path) != path:
        raise KnowledgeError("the file's name is not UTF-8: rename it")
    if not file.resolve().is_relative_to(folder.resolve()):
        raise KnowledgeError("a link out of the articles folder is not read: put the file itself here")
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise KnowledgeError("this is no regular file: remove it")
    if status.st_size > LARGEST:
        raise KnowledgeError(
            f"larger than {LARGEST // 1024 // 1024} MB and not read: split it into several articles"
        )
    try:
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise KnowledgeError(
            f"not UTF-8 at byte {error.start}: save the file with the encoding UTF-8"
        ) from error


def _current(articles: "Iterable[Article]", today: date, problems: list[Problem]) -> "Iterator[Article]":
    for article in articles:
        if article.reviewed and article.reviewed > today:
            what = f"reviewed on {article.reviewed}, which is still to come: expected a day up to {today}"
            problems.append(Problem(article.path, what))
        if article.has_expired(today):
            what = f"expired after {article.expires} and is not served: set a later day, or remove the file"
            problems.append(Problem(article.path, what))
        else:
            yield article


def _first_of_each(articles: "Iterable[Article]", problems: list[Problem]) -> "Iterator[Article]":
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        kept = first.setdefault((article.language, _folded(article.slug)), article)
        if kept is article:
            yield article
        else:
            what = f"has the same name as {kept.path} and is not served: rename one of the two"
            problems.append(Problem(article.path, what))


def _shared_questions(articles: "Iterable[Article]") -> "Iterator[Problem]":
    first: dict[tuple[str, str], Article] = {}
    for article in articles:
        for question in article.questions:
            other = first.setdefault((article.language, _bare(question)), article)
            if other is not article:
                what = f'the question "{question}" is also in {other.path}: keep it in one of the two'
                yield Problem(article.path, what)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _bare(question: str) -> str:
    """A question without its case, marks and spaces."""
    return re.sub(r"[\W_]+", " ", _folded(question)).strip()


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
