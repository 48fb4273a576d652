"""A database of one test's own."""

import pytest

from bot.state.database import open_engine


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(None, tmp_path)
    yield engine
    engine.dispose()
