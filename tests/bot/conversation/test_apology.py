import logging
import sqlite3

import pytest

from bot.conversation.assistant import Assistant
from bot.database.engine import FILE_NAME
from bot.phrase import phrase
from bot.state.store import Store
from tests.bot.answer.test_condition import BIKES, WEIGHT
from tests.bot.conversation.assistant.talk import SURE, ask
from tests.bot.fakes import LIBRARY, FakeLive, knowledge, settings


@pytest.fixture
def assistant(tmp_path):
    return Assistant(FakeLive(knowledge()), Store.open(None, tmp_path), settings())


@pytest.fixture
def token(assistant):
    return assistant.open(None, "en").token


def test_a_fault_inside_becomes_an_apology_that_tells_nothing_and_keeps_the_message(assistant, token, caplog):
    def broken(*_args, **_more):
        raise ValueError(f"internal detail about {SURE}")

    assistant.live.index.search = broken
    with caplog.at_level(logging.ERROR):
        said = ask(assistant, token, SURE, key="k")
    assert said[1].text == phrase("fault", "en")
    assert assistant.transcript(token)[0].text == SURE
    assert "ValueError" in caplog.text
    assert "broken" in caplog.text
    assert SURE not in caplog.text
    assert "askdesk_faults_total 1.0" in assistant.measures.text()
    assert ask(assistant, token, SURE, key="k") == said


@pytest.mark.parametrize("by", ["button", "words"])
def test_a_choice_is_kept_where_its_answer_fails(tmp_path, by, monkeypatch):
    live = FakeLive(knowledge((*BIKES, *LIBRARY)))
    assistant = Assistant(live, Store.open(None, tmp_path), settings())
    token = assistant.open(None, "en").token
    offered = ask(assistant, token, WEIGHT)[1].document["suggestions"]
    assert len(offered) == 2

    def broken(*_args, **_more):
        raise ValueError

    monkeypatch.setattr("bot.conversation.dialogue.choose", broken)
    if by == "words":
        heard, sorry = ask(assistant, token, "the E2 please", key="k")
    else:
        heard, sorry = assistant.choose(token, "two", page_language="en", key="k")
    assert heard.text == {"words": "the E2 please", "button": "Havrik Strand E2"}[by]
    assert sorry.text == phrase("fault", "en")
    assert assistant.transcript(token)[-2:] == (heard, sorry)


def test_a_database_that_fails_becomes_an_apology_that_is_not_kept(assistant, token, tmp_path):
    with assistant.store.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = ask(assistant, token, SURE)
    other.execute("ROLLBACK")
    assert [(message.id, message.text) for message in said] == [(0, phrase("fault_unsaved", "en"))]
    assert assistant.transcript(token) == ()
