"""Drafts: an article's text between opening and saving, bound to the version that it started from."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from pathlib import Path

from index.words import LETTERS
from kb.address import language_folder, slug
from kb.article import digest
from kb.problem import KnowledgeError
from kb.shelf import move, place, remove, write

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 60
LONGEST_TITLE = 100
"""Characters of a question that becomes a title."""


class DraftError(KnowledgeError):
    """What can't be opened or begun."""


@dataclass(frozen=True, slots=True)
class Draft:
    path: str
    """Below the articles folder."""
    text: str
    """With `\\n` at the ends of lines, as a browser has it."""
    version: str
    """The digest of the file that it started from; empty where there was none."""

    @property
    def language(self) -> str:
        """The code that its folder says."""
        return language_folder(self.path) or "en"

    @property
    def slug(self) -> str:
        return slug(self.path)


def opened(folder: Path, path: str) -> Draft:
    """The text of a file. Raises `KnowledgeError` where it is none."""
    try:
        text = place(folder, path).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DraftError(f"{path} is not there any more: somebody moved or removed it") from None
    except UnicodeDecodeError as error:
        raise DraftError(f"{path} is not UTF-8: save it as UTF-8 with another program first") from error
    except OSError as error:
        raise DraftError(f"{path} can't be read: {error.strerror or error}") from error
    return Draft(path, _unix(text), digest(text))


def changed(folder: Path, draft: Draft) -> bool:
    """Whether the draft would make another file than the one that it started from."""
    return digest(_as_in_file(folder, draft)) != draft.version


def save(folder: Path, draft: Draft) -> Draft:
    """Writes the file and gives the draft of its new version. Raises `Changed`, `Unwritable`."""
    text = _as_in_file(folder, draft)
    write(folder, draft.path, text, draft.version or None)
    return Draft(draft.path, draft.text, digest(text))


def moved(folder: Path, draft: Draft, to: str) -> Draft:
    """The same under another name. Raises `KnowledgeError`, also where there is a change to save first."""
    _expect_saved(folder, draft)
    if not re.fullmatch(r"[^/]+(/[^/]+)+\.md", to) or language_folder(to) is None:
        raise DraftError(
            f"{to!r} names no file of an article: give its language's folder, too, as in {draft.path}"
        )
    move(folder, draft.path, to, draft.version)
    return opened(folder, to)


def removed(folder: Path, draft: Draft) -> str:
    """Puts the file aside; the path that it has there. Raises as `moved`."""
    _expect_saved(folder, draft)
    return remove(folder, draft.path, draft.version)


def _expect_saved(folder: Path, draft: Draft) -> None:
    if not draft.version or changed(folder, draft):
        raise DraftError(f"{draft.path} has changes that are not saved: save them or discard them first")


def begun(folder: Path, title: str, language: str, slug: str, today: date) -> Draft:
    """A new article, not yet saved. Raises `KnowledgeError` where the title or the name can't be."""
    title = " ".join(title.split())
    if not title:
        raise DraftError("a title is missing: say in a few words what the article is about")
    if not _SLUG.fullmatch(slug):
        remedy = "use small Latin letters, digits and hyphens, such as gift-cards"
        fault = f"the file's name is {slug!r}" if slug else "a name for the file is missing"
        raise DraftError(f"{fault}: {remedy}")
    path = f"{language}/{slug}.md"
    if place(folder, path).exists():
        raise DraftError(f"{path} exists already: open that article, or choose another name")
    return Draft(path, _opening(title, (), today), "")


def wished(path: str, questions: Sequence[str], today: date) -> Draft:
    """A new article for questions that none answers yet, the first of them its title; not yet saved."""
    return Draft(path, _opening(_shortened(questions[0]), questions, today), "")


def _shortened(question: str) -> str:
    """A question as a title, cut between two words where there is a space in its second half."""
    question = " ".join(question.split())
    if len(question) <= LONGEST_TITLE:
        return question
    cut = question[: LONGEST_TITLE - 2]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > LONGEST_TITLE / 2 else cut} …"


def free_path(folder: Path, title: str, language: str) -> str:
    """A file's name that no other has, for a new article; beyond Latin letters a digest tells it apart."""
    name = f"{language}/{suggested_slug(title) or f'question-{digest(title)[:6]}'}"
    numbered = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(f"{one}.md" for one in numbered if not (folder / f"{one}.md").exists())


def _opening(title: str, questions: Sequence[str], today: date) -> str:
    """The front matter of a new article."""
    asked = "".join(f"\n  - {_quoted(question)}" for question in questions) or " []"
    front = f"title: {_quoted(title)}\nquestions:{asked}\naudience: public\nreviewed: {today}"
    return f"---\n{front}\n---\n\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def suggested_slug(title: str) -> str:
    """A file's name for a title in Latin letters; empty for other scripts."""
    spelled = "".join(LETTERS.get(letter, letter) for letter in title.casefold())
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(words) <= _LONGEST_SLUG:
        return words
    whole, _, _ = words[: _LONGEST_SLUG + 1].rpartition("-")
    return whole or words[:_LONGEST_SLUG]


def _as_in_file(folder: Path, draft: Draft) -> str:
    """The draft's text with the ends of lines that its file has."""
    try:
        windows = b"\r\n" in place(folder, draft.path).read_bytes()
    except (OSError, KnowledgeError):
        windows = False
    return draft.text.replace("\n", "\r\n") if windows else draft.text


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")
