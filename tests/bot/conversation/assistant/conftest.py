"""What tests of the assistant share: one with a few articles, and a conversation."""

import pytest

from bot.conversation.assistant import Assistant
from bot.state.store import Store
from tests.bot.fakes import FakeLive, knowledge, settings


@pytest.fixture
def assistant(tmp_path):
    return Assistant(FakeLive(knowledge()), Store.open(None, tmp_path), settings())


@pytest.fixture
def token(assistant):
    return assistant.open(None, "en").token
