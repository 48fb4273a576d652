import time

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.testclient import TestClient

from bot.application import application
from bot.notify.back import _PURPOSE, LinkRefused, WayBack
from bot.notify.teller import DAYS_A_LINK_WORKS
from bot.state.store import Store, UnknownConversation
from tests.bot.conftest import fake_assistant

SECRET = "a secret of thirty-two characters"


@pytest.fixture
def store(tmp_path):
    return Store.open(None, tmp_path)


@pytest.fixture
def token(store):
    token = store.start("da").token
    with store.turn(token) as turn:
        turn.say("customer", "Hej", "question")
    return token


@pytest.fixture
def back(store):
    return WayBack(SECRET, "https://help.kestrel.example", store)


def signed(back, store, token):
    return back.link(store.conversation(token).id).partition("#")[2]


def test_a_link_leads_into_its_conversation_by_a_key_of_its_own(store, token, back):
    key = back.exchange(signed(back, store, token))
    assert key != token
    assert [message.text for message in store.transcript(key)] == ["Hej"]
    with store.turn(key) as turn:
        turn.say("customer", "igen", "question")
    assert [message.text for message in store.transcript(token)] == ["Hej", "igen"]


def test_a_link_holds_no_key_to_the_conversation(store, token, back):
    link = back.link(store.conversation(token).id)
    assert link.startswith("https://help.kestrel.example/back#")
    assert token not in link
    with pytest.raises(UnknownConversation):
        store.transcript(link.partition("#")[2])


def test_a_key_opens_one_conversation_and_no_other(store, token, back):
    other = store.start("da").token
    key = back.exchange(signed(back, store, token))
    assert store.conversation(key).id == store.conversation(token).id != store.conversation(other).id


def test_the_database_keeps_no_key(store, token, back):
    key = back.exchange(signed(back, store, token))
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM conversation_keys").all()
    assert key not in str(kept)


def test_a_forged_a_cut_and_another_purpose_s_link_are_refused(store, token, back):
    link = signed(back, store, token)
    other = URLSafeTimedSerializer(SECRET, salt="another purpose").dumps(store.conversation(token).id)
    guessed = URLSafeTimedSerializer("x" * 32, salt=_PURPOSE).dumps(store.conversation(token).id)
    for wrong in (link[:-1], link[1:], "", "x" * 400, other, guessed):
        with pytest.raises(LinkRefused):
            back.exchange(wrong)


def test_a_link_works_for_its_days_and_no_longer(store, token, back, monkeypatch):
    link, now, day = signed(back, store, token), time.time(), 24 * 60 * 60
    monkeypatch.setattr(time, "time", lambda: now + DAYS_A_LINK_WORKS * day - 60)
    assert back.exchange(link)
    monkeypatch.setattr(time, "time", lambda: now + DAYS_A_LINK_WORKS * day + 60)
    with pytest.raises(LinkRefused):
        back.exchange(link)


def test_a_conversation_that_is_gone_is_told(back):
    with pytest.raises(LinkRefused, match="no longer kept"):
        back.exchange(back.link(999).partition("#")[2])


def test_the_exchange_is_a_post_and_the_page_tells_nobody_where_it_was(tmp_path):
    app = application(fake_assistant(tmp_path))
    client = TestClient(app, base_url="http://localhost")
    store, back = app.state.office.back._store, app.state.office.back
    page = client.get("/back")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert 'lang="ar" dir="rtl"' in page.text
    token = store.start("da").token
    link = signed(back, store, token)
    answer = client.post("/api/back", json={"signed": link})
    assert store.conversation(answer.json()["conversation"]).id == store.conversation(token).id
    assert client.get("/api/back").status_code == 404
    assert client.post("/api/back", json={"signed": "x"}).status_code == 410
    assert client.post("/api/back", json={"signed": 7}).status_code == 422
    assert client.post("/api/back", json={"signed": "x" * 501}).status_code == 422
