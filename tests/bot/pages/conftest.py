"""What tests of the pages share: a folder of articles."""

import pytest

from tests.bot.pages.studio import OLD, RETURNS, RETURNS_AR


@pytest.fixture
def folder(tmp_path):
    """A folder of three articles."""
    folder = tmp_path / "articles"
    for path, text in (("en/returns.md", RETURNS), ("ar/returns.md", RETURNS_AR), ("en/old.md", OLD)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
