"""Golden questions: their answers are known, and every build is measured with them and learns from them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.evaluate import Expected, QuestionsError, lines_of, question_in
from kb.article import Article
from kb.problem import Problem

FILE = "golden.jsonl"
"""In the articles folder."""
FOUND = "found"
"""Within a generation's evaluation: the questions whose right article came first."""
Key = tuple[str, str]
"""A question's language, empty where none is named, and its text: two languages may share a text."""
MOST_NAMED = 10
"""Questions that a build lost; more would hide the problems around them."""


@dataclass(frozen=True, slots=True)
class Golden:
    """The questions that can be asked."""

    lines: Mapping[int, Expected]
    """By the line of the file, counted from 1."""
    problems: tuple[Problem, ...] = ()

    @property
    def known(self) -> tuple[Expected, ...]:
        return tuple(self.lines.values())

    def lost(self, before: Collection[Key], now: Collection[Key]) -> Iterator[Problem]:
        """Questions whose right article came first `before` and does not come first `now`."""
        gone = [(line, one) for line, one in self.lines.items() if key(one) in before]
        gone = [(line, one) for line, one in gone if one.expect and key(one) not in now]
        for line, one in gone[:MOST_NAMED]:
            fault = f'"{one.question}" found {" or ".join(one.expect)} first before this build, and not now'
            remedy = "try it to see what comes first, and mend that article, or name it here if it is right"
            yield Problem(f"{FILE}:{line}", f"{fault}: {remedy}")
        if (more := len(gone) - MOST_NAMED) > 0:
            yield Problem(FILE, f"{more} more questions found their article before this build, and not now")


def read(folder: Path, articles: Iterable[Article]) -> Golden:
    """Those of a folder; a line that is no question is set aside and told.

    Raises `QuestionsError` where the file can't be read, or holds lines and not one question: nothing would
    say then whether a build got worse.
    """
    path = folder / FILE
    if not path.exists():
        return Golden({})
    lines: dict[int, Expected] = {}
    faults: dict[int, QuestionsError] = {}
    for number, line in lines_of(path, FILE):
        try:
            lines[number] = question_in(line)
        except QuestionsError as error:
            faults[number] = error
    if faults and not lines:
        first = min(faults)
        remedy = "no line of the file is a question: mend them, or remove the file"
        raise QuestionsError(f"{FILE}:{first}: {faults[first]}; {remedy}")
    served = frozenset(article.slug for article in articles)
    return Golden(lines, (*_set_aside(faults), *_misnamed(lines, served)))


def _set_aside(faults: Mapping[int, QuestionsError]) -> Iterator[Problem]:
    for number, fault in faults.items():
        yield Problem(f"{FILE}:{number}", f"{fault}; the line is left out until it is mended")


def _misnamed(lines: Mapping[int, Expected], served: frozenset[str]) -> Iterator[Problem]:
    """Questions to articles that are gone, which would be missed at every build from now on."""
    for number, expected in lines.items():
        if gone := [slug for slug in expected.expect if slug not in served]:
            fault = f'"{expected.question}" expects {", ".join(gone)}, which is no article served'
            remedy = "name the one that answers it now, or remove the line"
            yield Problem(f"{FILE}:{number}", f"{fault}: {remedy}")


def key(expected: Expected) -> Key:
    """What a question is remembered by from one build to the next."""
    return expected.language or "", expected.question


def found_before(evaluation: Mapping[str, Any] | None) -> frozenset[Key]:
    """The questions that a generation found; none where it was measured by an older version."""
    found = (evaluation or {}).get(FOUND, ())
    return frozenset((one[0], one[1]) for one in found if not isinstance(one, str))
