import csv
import io

import pytest

from bot.access.audit import EntryFilter
from bot.access.trail import UnclearDay, csv_lines, document, filter_of, show
from bot.state.store import Store


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


def table(store, **only):
    return list(csv.reader(io.StringIO("".join(csv_lines(store.engine, EntryFilter(**only))))))


def test_the_table_has_a_row_for_each_entry(store):
    store.record("maja", "article saved", "en/returns.md", instead_of="abc", size="7")
    heads, row = table(store)
    assert heads == ["number", "when", "who", "action", "what", "details"]
    assert row[0] == "1"
    assert row[2:] == ["maja", "article saved", "en/returns.md", "instead_of: abc; size: 7"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\uff1d1+1", '"=1"', "a,b"]
)
def test_no_cell_becomes_a_formula(store, cell):
    store.record(cell, "article saved", cell, **{cell: "x"})
    (_, row) = table(store)
    for one in (row[2], row[4], row[5]):
        assert one.lstrip("'")[: len(cell)] == cell
        assert not one.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))


def test_a_day_is_whole(store):
    store.record("maja", "signed in")
    today = document(store.engine, EntryFilter())["entries"][0]["when"][:10]
    assert len(table(store, **_when(since=today, until=today))) == 2
    assert len(table(store, **_when(until="2020-01-01"))) == 1
    assert len(table(store, **_when(since="2999-01-01"))) == 1


def _when(**words):
    only = filter_of(words)
    return {"since": only.since, "until": only.until}


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "1/2/2026", "\x00"])
def test_a_day_that_is_none_is_told(day):
    with pytest.raises(UnclearDay, match="is no day"):
        filter_of({"since": day})


def test_a_day_after_which_there_is_none_is_told():
    with pytest.raises(UnclearDay, match="is no day"):
        filter_of({"until": "9999-12-31"})


def test_a_terminal_shows_the_latest_last_and_what_is_broken(store):
    store.record("maja", "signed in")
    store.record("ole", "signed in")
    shown = show(document(store.engine, EntryFilter()))
    assert [line.split()[1] for line in shown.splitlines()] == ["maja", "ole"]
    assert "NOT AS IT WAS WRITTEN" in show({"entries": [], "intact": False, "broken": 3})
