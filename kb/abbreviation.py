"""Abbreviations: what tables write short, spelled out: days of the week, and countries by their codes.

Whoever asks about Sunday or Germany means the column that is headed "Sun" or "DE". The names are those of
the Unicode CLDR, in the article's language.
"""

import re
from collections.abc import Mapping
from functools import cache

FEWEST_CODES = 2
"""Cells with the code of a country, from which on a table is by country: one alone may be any two letters."""
FEWEST_LETTERS = 2
"""Of the beginning of a day's name that stands for it."""

_ROW = re.compile(r"^[ \t]*\|.*\|[ \t]*$", re.MULTILINE)
_CODE = re.compile(r"([A-Z]{2})((?:\s*\([^()]*\))?)")
_WORD = re.compile(r"[^\W\d_]+")
_DAYS = re.compile(r"(?P<first>[^\W\d_]+)\.?(?:\s*[-–—]\s*(?P<last>[^\W\d_]+)\.?)?")


def spelled_out(markdown: str, language: str) -> str:
    """The same Markdown with the abbreviations in its tables spelled out, to be compared with a question.

    >>> spelled_out("| Shop | Fri–Sun |", "en")
    '| Shop | Friday, Saturday, Sunday |'
    """
    rows = [_cells(row) for row in _ROW.findall(markdown)]
    if not rows:
        return markdown
    days, countries = _days(language), _countries(language)
    codes = sum(_country(cell, countries) is not None for row in rows for cell in row)
    known = countries if codes >= FEWEST_CODES else {}

    def spelled(row: re.Match[str]) -> str:
        cells = (_country(cell, known) or _with_days(cell, days) for cell in _cells(row.group()))
        return f"| {' | '.join(cells)} |"

    return _ROW.sub(spelled, markdown)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip()[1:-1].split("|")]


def _country(cell: str, countries: Mapping[str, str]) -> str | None:
    found = _CODE.fullmatch(cell)
    name = countries.get(found[1]) if found else None
    return f"{name}{found[2]}" if found and name else None


def _with_days(cell: str, names: tuple[str, ...]) -> str:
    """Each day by its name, those between two as well, where no other words stand in the cell."""
    held = [_day(word, names) for word in _WORD.findall(cell)]
    if not held or None in held:
        return cell

    def spelled(found: re.Match[str]) -> str:
        first = last = _day(found["first"], names) or 0
        if found["last"]:
            last = _day(found["last"], names) or 0
        return ", ".join(names[day % 7] for day in range(first, last + 1 + 7 * (last < first)))

    return _DAYS.sub(spelled, cell)


def _day(word: str, names: tuple[str, ...]) -> int | None:
    """The day of the week, 0 for Monday, whose name begins so."""
    if len(word) < FEWEST_LETTERS:
        return None
    found = [day for day, name in enumerate(names) if name.casefold().startswith(word.casefold())]
    return found[0] if len(found) == 1 else None


@cache
def _days(language: str) -> tuple[str, ...]:
    """Their names, Monday first; none in a language that is not known."""
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(language).days["format"]["wide"]
    except (UnknownLocaleError, ValueError):
        return ()
    return tuple(str(names[day]) for day in range(7))


@cache
def _countries(language: str) -> dict[str, str]:
    """Their names by their codes of two letters."""
    from babel import Locale, UnknownLocaleError

    try:
        return {code: str(name) for code, name in Locale.parse(language).territories.items()}
    except (UnknownLocaleError, ValueError):
        return {}
