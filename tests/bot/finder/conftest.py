"""A database of one test's own."""

import pytest

from bot.database.engine import open_engine


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(None, tmp_path)
    yield engine
    engine.dispose()
