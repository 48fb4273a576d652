import logging

import pytest

from bot.editions import build_index, generations
from index.history import FILE
from index.model import opened
from index.progress import silent
from tests.bot.fakes import settings
from tests.index.fakes import FOUR, MODEL, HashedEncoder, unpack_nothing, write_articles


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Settings under which a build gets the hashed encoder for a model."""
    monkeypatch.setattr("index.encoder.OnnxEncoder", lambda model: HashedEncoder())
    monkeypatch.setattr("index.export.prepare", lambda name, *_, **__: opened(name))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    unpack_nothing(tmp_path / "cache")
    return settings(
        data=tmp_path / "var", articles=write_articles(tmp_path / "articles", FOUR), model=MODEL[0]
    )


def test_a_build_that_published_succeeds_also_where_its_changes_can_t_be_written_down(given, caplog):
    (generations(given).folder / FILE).mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        built = build_index(given, silent)
    assert generations(given).current() == built.generation
    assert "the index is published, but what changed in the articles is not written down" in caplog.text
