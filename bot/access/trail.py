"""The audit log as it is shown and exported: filters from words, documents, tables."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine

from bot.access.audit import Entry, EntryFilter, entries, first_broken
from bot.database.engine import reading
from bot.fault import BotError

COLUMNS = ("number", "when", "who", "action", "what", "details")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take a cell for a formula by."""


class UnclearDay(BotError):
    """A day that is none, or days in the wrong order."""


def filter_of(words: Mapping[str, str | None]) -> EntryFilter:
    """What is wished for, in the words of a form or a command; `until` is the last day that counts.

    Raises UnclearDay.
    """
    since, until = words.get("since"), words.get("until")
    first, end = _morning(since) if since else None, _morning(until, days=1) if until else None
    if first and end and first >= end:
        raise UnclearDay(f"the first day, {since}, is after the last, {until}: swap them")
    return EntryFilter(
        who=words.get("who") or None,
        action=words.get("action") or None,
        what=words.get("what") or None,
        since=first,
        until=end,
    )


def document(engine: Engine, only: EntryFilter) -> dict[str, Any]:
    """The entries wished for, the latest first, and the first of all that is not as it was written."""
    with reading(engine) as session:
        broken = first_broken(session)
        told = [_document(entry) for entry in entries(session, only)]
    return {"intact": broken is None, "broken": broken, "entries": told}


def csv_lines(engine: Engine, only: EntryFilter) -> Iterator[str]:
    """A table for spreadsheets, line by line; no cell can become a formula."""
    yield _line(COLUMNS)
    with reading(engine) as session:
        for entry in entries(session, only):
            told = _document(entry)
            details = "; ".join(f"{key}: {value}" for key, value in entry.details.items())
            yield _line([*(str(told[column]) for column in COLUMNS[:-1]), details])


def show(document: dict[str, Any]) -> str:
    """The entries for a terminal, the latest last."""
    lines = [_shown(entry) for entry in reversed(document["entries"])]
    if not document["intact"]:
        broken = f"entry {document['broken']} or the one before it was changed behind the program's back"
        lines.append(f"THE LOG IS NOT AS IT WAS WRITTEN: {broken}")
    return "\n".join(lines or ["nothing was done yet, or nothing like this"])


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "when": entry.when.isoformat(timespec="seconds"),
        "who": entry.who,
        "action": entry.action,
        "what": entry.what,
        "details": entry.details,
    }


def _shown(entry: Mapping[str, Any]) -> str:
    details = "  ".join(f"{key}={value}" for key, value in entry["details"].items())
    return f"{entry['when']}  {entry['who']:<16}  {entry['action']:<20}  {entry['what']}  {details}".rstrip()


def _line(cells: list[str] | tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return line.getvalue()


def _morning(day: str, days: int = 0) -> datetime:
    """The beginning of a day where the server is, or of one so many days later."""
    try:
        meant = date.fromisoformat(day.strip()) + timedelta(days)
        return datetime.combine(meant, time()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnclearDay(f"{day!r} is no day: write it as in {date.today()}") from error
