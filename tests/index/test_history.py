import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.generation import Generations, Manifest
from index.history import REMEMBERED, History

MONDAY = datetime(2026, 6, 1, 9, tzinfo=UTC)


class Press:
    """Publishes generations of articles that have nothing but digests and titles."""

    def __init__(self, folder: Path) -> None:
        self.generations = Generations(folder)
        self.history = History(self.generations)
        folder.mkdir()

    def publish(self, when: datetime, titles: dict[str, str] | None = None, **digests: str) -> str:
        name = f"{when:%Y%m%d-%H%M%S}-abcdef"
        articles = {f"en/{slug}.md": digest for slug, digest in digests.items()}
        manifest = Manifest(name, when.isoformat(), "model", "1", articles, {"articles": len(articles)}, {})
        rows = (f'{{"path": "{path}", "title": "{(titles or {}).get(path, path)}"}}\n' for path in articles)
        self.generations.publish(
            manifest, lambda folder: (folder / "articles.jsonl").write_text("".join(rows)) and None
        )
        return name

    def changes(self, since: datetime = MONDAY) -> dict[str, str]:
        self.history.follow()
        return {change.path: change.kind for change in self.history.since(since)}


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(tmp_path / "index")


def hours(count: float) -> datetime:
    return MONDAY + timedelta(hours=count)


def test_what_is_new_changed_and_gone_is_told_apart(press: Press) -> None:
    press.publish(MONDAY, a="1", b="1", c="1")
    press.publish(hours(1), a="1", b="2", d="1")
    assert press.changes() == {"en/b.md": "changed", "en/c.md": "gone", "en/d.md": "new"}


def test_nothing_is_new_only_because_it_was_built_for_the_first_time(press: Press) -> None:
    press.publish(MONDAY, a="1", b="1")
    assert press.changes(MONDAY - timedelta(days=7)) == {}


def test_an_article_that_was_changed_and_changed_back_is_as_it_was(press: Press) -> None:
    press.publish(MONDAY, a="1")
    press.publish(hours(1), a="2")
    press.publish(hours(2), a="1")
    assert press.changes() == {}
    assert press.changes(hours(1.5)) == {"en/a.md": "changed"}


def test_what_changed_is_remembered_when_its_generations_are_gone(press: Press) -> None:
    press.publish(MONDAY, a="1")
    press.history.follow()
    press.publish(hours(1), a="2")
    press.history.follow()
    for number in range(8):
        press.publish(hours(2 + number), a="2", b=str(number))
        press.history.follow()
    assert len(press.generations.names()) < 8
    assert press.changes() == {"en/a.md": "changed", "en/b.md": "new"}


def test_without_a_record_it_begins_with_the_generations_that_are_kept(press: Press) -> None:
    press.publish(MONDAY, a="1")
    press.publish(hours(1), a="2")
    press.history.follow()
    (press.generations.folder / "history.json").write_text('{"torn', encoding="utf-8")
    assert press.changes() == {"en/a.md": "changed"}


def test_following_twice_changes_nothing(press: Press) -> None:
    press.publish(MONDAY, a="1")
    press.publish(hours(1), a="2")
    press.history.follow()
    before = (press.generations.folder / "history.json").read_bytes()
    press.history.follow()
    assert (press.generations.folder / "history.json").read_bytes() == before


def test_a_rollback_takes_the_changes_back(press: Press) -> None:
    press.publish(MONDAY, a="1")
    press.publish(hours(1), a="2")
    assert press.changes() == {"en/a.md": "changed"}
    press.generations.rollback()
    os.utime(press.generations.pointer, times=(hours(2).timestamp(),) * 2)
    assert press.changes() == {}


def test_the_last_title_is_told_and_the_latest_change_comes_first(press: Press) -> None:
    press.publish(MONDAY, a="1", b="1", c="1")
    press.publish(hours(1), {"en/a.md": "Old"}, a="2", b="1", c="1")
    press.publish(hours(2), {"en/b.md": "New"}, a="2", b="2", c="1")
    press.history.follow()
    changes = press.history.since(MONDAY)
    assert [(change.title, change.when) for change in changes] == [("New", hours(2)), ("Old", hours(1))]


def test_what_is_gone_for_long_is_let_go(press: Press) -> None:
    press.publish(MONDAY, a="1", b="1")
    press.publish(hours(1), a="1")
    press.publish(MONDAY + REMEMBERED + timedelta(days=2), a="1")
    press.history.follow()
    assert "en/b.md" not in (press.generations.folder / "history.json").read_text(encoding="utf-8")


def test_before_the_first_build_nothing_is_known(tmp_path: Path) -> None:
    history = History(Generations(tmp_path / "none"))
    history.follow()
    assert history.since(MONDAY) == ()
    assert history.began() is None
