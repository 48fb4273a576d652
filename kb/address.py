"""Addresses: the language and slug that an article is reached by, from the path of its file."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from kb.language import base

if TYPE_CHECKING:
    from kb.article import Article


@dataclass(frozen=True, slots=True)
class Address:
    """What an article is reached by."""

    language: str
    slug: str


def language_folder(path: str) -> str | None:
    """The language that a path's first folder says; None where it is no language's."""
    first, _, rest = path.partition("/")
    return base(first) if rest else None


def slug(path: str) -> str:
    """The path below the language folder without its suffix; `index.md` is called as its folder."""
    parts = PurePosixPath(unicodedata.normalize("NFC", path)).with_suffix("").parts
    if language_folder(path):
        parts = parts[1:]
    if len(parts) > 1 and parts[-1].lower() == "index":
        parts = parts[:-1]
    return "/".join(parts)


def path_from(article: "Article", link: str) -> str:
    """The file that a link in an article is to, below the articles folder; `link` without its anchor.

    The suffix may be left out. No link leads above the folder.
    """
    path = normpath(join(f"/{dirname(article.path)}", link)).strip("/")
    return path if path.lower().endswith(".md") else f"{path}.md"


def address_from(article: "Article", link: str) -> Address:
    """Where such a link leads; outside of all language folders, it keeps to the article's language."""
    path = path_from(article, link)
    return Address(language_folder(path) or article.language, slug(path))
