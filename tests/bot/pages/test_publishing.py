"""Rebuilds and rollbacks."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import gradio as gr
import pytest

from bot.access import audit
from bot.access.user import LOCAL
from bot.database.engine import StateError
from bot.pages import publishing
from bot.rebuild import Rebuild, Status
from bot.state.store import Store
from index.generation import Generations
from tests.bot.fakes import FakeLive, knowledge
from tests.bot.pages.studio import OLDER, publish, recorded


@pytest.mark.parametrize(
    ("ago", "sentence"),
    [
        (timedelta(hours=-1), "starting, 0 s so far."),
        (timedelta(days=1, hours=1), "starting, 90000 s so far."),
    ],
)
def test_how_long_a_rebuild_runs_is_told_though_the_clock_was_set_back_and_after_a_day(
    ago, sentence, monkeypatch
):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    monkeypatch.setattr(publishing, "datetime", SimpleNamespace(now=lambda _: now))
    assert sentence in publishing._progress(Status(running=True, started=now - ago))


@pytest.fixture
def index_page(tmp_path, monkeypatch):
    """What the page of the index does, with an older generation and a newer one."""
    monkeypatch.setattr(publishing, "user_of", lambda _: LOCAL)
    generations = Generations(tmp_path / "index")
    publish(generations, OLDER, 7)
    publish(generations, "20260302-120000-bbbbbb", 8)
    live, store = FakeLive(knowledge()), Store.open(None, tmp_path)
    return publishing._Publishing(live, generations, store, Rebuild(["true"]))


@pytest.fixture
def rolling_back(index_page):
    """Rolls back to the older generation, on the page's behalf; says what it was told."""
    return lambda: told_of_it(index_page.roll_back(OLDER, None))


def told_of_it(updates):
    """What is told after a rollback of how it is, and of what came of it."""
    state, done = updates[3:5]
    assert state == ""
    return done


def test_what_a_page_was_told_of_a_rollback_stays_when_it_looks_again(index_page):
    _, told, *_, known = index_page.look()
    assert index_page.roll_back(OLDER, None)[-1] == known
    assert index_page.look(known)[1:3] == [gr.skip(), gr.skip()]
    assert index_page.look()[1] == told


def test_what_came_of_a_rollback_stays_when_a_fault_goes_and_gives_way_to_what_is_new(index_page):
    index_page._live.problem = "the index is damaged"
    *_, known = updates = index_page.roll_back("20260303-120000-cccccc", None)
    assert "Not rolled back" in told_of_it(updates)
    assert index_page.look(known)[1:3] == [gr.skip(), gr.skip()]
    index_page._live.problem = None
    _, state, done, *_, known = index_page.look(known)
    assert ("notice" in state, done) == (False, gr.skip())
    index_page._live.problem = "the index is damaged again"
    _, state, done, *_ = index_page.look(known)
    assert ("damaged again" in state, done) == (True, "")


def test_messages_are_stored_while_the_generation_to_go_back_to_is_read(rolling_back, tmp_path, monkeypatch):
    """It may have a gigabyte."""
    verify, others = Generations.verify, Store.open(None, tmp_path)

    def verified(self, name):
        others.start("en")
        return verify(self, name)

    monkeypatch.setattr(Generations, "verify", verified)
    assert "are answered from" in rolling_back()
    assert [entry[1] for entry in recorded(tmp_path)] == ["index rolled back"]


def test_a_rollback_that_is_refused_or_can_not_be_recorded_changes_nothing(
    rolling_back, tmp_path, monkeypatch
):
    def refused(*_, **__):
        raise StateError("the disk is full")

    newer = Generations(tmp_path / "index").current()
    with monkeypatch.context() as patched:
        patched.setattr(audit, "record", refused)
        assert "Not rolled back: the disk is full" in rolling_back()
    (tmp_path / "index" / OLDER / "x").write_text("y")
    assert "Not rolled back" in rolling_back()
    assert Generations(tmp_path / "index").current() == newer
    assert recorded(tmp_path) == []
