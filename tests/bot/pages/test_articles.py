"""The list of articles."""

import re

from bot.pages.articles import ArticleFilter, Shelf, listing
from tests.bot.pages.studio import TODAY

BROKEN = "---\ntitle: [x\n---\n\nText.\n"


def listed(folder, **only):
    shelf = Shelf(folder)
    shelf.read()
    return listing(shelf, ArticleFilter(**only), TODAY)


def paths(markup):
    table = markup[markup.index("<table") :] if "<table" in markup else ""
    return re.findall(r'value="([^"]+)"', table)


def test_every_article_is_listed_and_the_filters_hold(folder):
    assert paths(listed(folder)) == ["ar/returns.md", "en/old.md", "en/returns.md"]
    assert paths(listed(folder, words="RETURNS")) == ["ar/returns.md", "en/returns.md"]
    assert paths(listed(folder, words="dust")) == ["en/old.md"]
    assert paths(listed(folder, language="ar")) == ["ar/returns.md"]
    assert paths(listed(folder, doubtful=True)) == ["en/old.md"]


def test_what_was_read_before_stays_while_the_folder_can_t_be_read(folder):
    shelf = Shelf(folder)
    shelf.read()
    folder.rename(folder.with_name("away"))
    shelf.read()
    shown = listing(shelf, ArticleFilter(), TODAY)
    assert f"{folder} is no folder: put articles there" in shown
    assert "Below is what was read before" in shown
    assert paths(shown) == ["ar/returns.md", "en/old.md", "en/returns.md"]
    assert paths(listing(shelf, ArticleFilter(language="ar"), TODAY)) == ["ar/returns.md"]
    folder.with_name("away").rename(folder)
    (folder / "en/old.md").unlink()
    shelf.read()
    again = listing(shelf, ArticleFilter(), TODAY)
    assert "is no folder" not in again
    assert paths(again) == ["ar/returns.md", "en/returns.md"]


def test_a_folder_that_never_could_be_read_shows_the_reason_alone(tmp_path):
    shown = listed(tmp_path / "none")
    assert "is no folder" in shown
    assert "read before" not in shown
    assert paths(shown) == []


def test_a_file_that_can_not_be_served_is_listed_among_the_problems_and_can_be_opened(folder):
    (folder / "en/broken.md").write_text(BROKEN, encoding="utf-8")
    shown = listed(folder)
    assert "1 problem to mend" in shown
    assert 'value="en/broken.md"' in shown


def test_an_empty_folder_says_what_to_put_there(tmp_path):
    assert "put articles there" in listed(tmp_path / "none")
