from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.access.user import User
from bot.conversation.assistant import NO_DATABASE, NO_INDEX, Assistant
from bot.database.engine import StateError
from bot.phrase import phrase
from bot.routes.api import router
from bot.state.store import Store
from tests.bot.fakes import LIBRARY, OFFER, FakeIndex, FakeLive, knowledge, settings

SURE = "How do I send something back?"


@pytest.fixture
def assistant(tmp_path):
    return Assistant(FakeLive(knowledge()), Store.open(None, tmp_path), settings())


@pytest.fixture
def client(assistant):
    app = FastAPI()
    app.include_router(router(assistant))
    return TestClient(app)


def refusal(response, status):
    assert response.status_code == status
    detail = response.json()["detail"]
    assert isinstance(detail, str)
    return detail


def test_a_question_is_answered_with_the_document_of_the_contract(client, assistant):
    document = client.post("/api/ask", json={"question": SURE}).json()
    assert (document["kind"], document["language"]) == ("answer", "en")
    assert document["citations"][0]["article"] == "returns"
    assert "conversation" not in document
    assert assistant.store.tickets() == ()


def test_a_language_that_is_given_is_taken(client):
    document = client.post("/api/ask", json={"question": SURE, "language": "da"}).json()
    assert (document["language"], document["certainty"]) == ("da", 1.0)
    assert document["citations"][0]["language"] == "da"


def test_a_conversation_is_begun_and_carried_on(client, assistant):
    first = client.post("/api/ask", json={"question": "Hedgehogs in orbit", "conversation": "new"}).json()
    assert first["kind"] == "rephrase"
    again = {"question": "Still hedgehogs", "conversation": first["conversation"], "key": "k"}
    second = client.post("/api/ask", json=again).json()
    assert (second["kind"], second["conversation"]) == ("handoff", first["conversation"])
    assert client.post("/api/ask", json=again).json() == second
    assert len(assistant.transcript(first["conversation"])) == 4


@pytest.fixture
def with_person(client, assistant):
    """Says something to a person who is in the chat."""
    begun = client.post("/api/ask", json={"question": "I want to talk to a person", "conversation": "new"})
    token = begun.json()["conversation"]
    number = assistant.store.last_ticket(token).number
    with assistant.store.ticket_turn(number) as turn:
        turn.handling(number).take(User("maja", "Maja", "agent"))
    return lambda said: client.post("/api/ask", json={"question": said, "conversation": token})


def test_what_is_said_to_a_person_gets_no_words_of_the_bot(with_person):
    document = with_person("Where is my parcel?").json()
    assert (document["kind"], document["text"]) == ("with_person", "")


def test_whoever_tells_a_person_of_danger_is_told_how_to_get_to_safety(with_person):
    document = with_person("My battery caught fire!").json()
    assert (document["kind"], document["text"]) == ("danger", phrase("danger", "en"))
    assert document["citations"] == document["suggestions"] == []


def test_the_end_of_a_chat_with_a_person_is_told_and_that_there_is_none_to_end(with_person):
    ended = with_person("/end").json()
    assert (ended["kind"], ended["text"]) == ("ended", phrase("customer_ended", "en", agent="Maja"))
    again = with_person("/end").json()
    assert (again["kind"], again["text"]) == ("small_talk", phrase("nobody_here", "en"))


def test_an_end_that_comes_too_late_is_told_so(with_person):
    assert with_person("/end").json()["kind"] == "ended"
    document = with_person("/end").json()
    assert (document["kind"], document["text"]) == ("small_talk", phrase("nobody_here", "en"))


def test_an_unknown_conversation_is_refused(client):
    detail = refusal(client.post("/api/ask", json={"question": SURE, "conversation": "lost"}), 404)
    assert detail.startswith("there is no conversation with this token")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"question": 7}',
        b'{"question": null}',
        b'{"question": "hi", "langauge": "da"}',
        b'{"question": "hi", "language": "../etc"}',
        b'{"question": "hi", "conversation": "' + b"x" * 100 + b'"}',
        b'{"question": "\\ud800"}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_body_that_is_not_right_gets_one_sentence(client, content):
    refusal(client.post("/api/ask", content=content), 422)


@pytest.mark.parametrize("question", ["", "😀", "\0\0\0\0", "x" * 3000])
def test_a_question_that_can_t_be_read_gets_its_sentence_in_a_conversation_or_not(client, question):
    alone = refusal(client.post("/api/ask", json={"question": question, "language": "en"}), 422)
    body = {"question": question, "language": "en", "conversation": "new"}
    assert refusal(client.post("/api/ask", json=body), 422) == alone


def test_a_key_that_no_database_stores_is_refused(client):
    """PostgreSQL takes no NUL; without this the customer was told to send it again."""
    body = {"question": SURE, "conversation": "new"}
    assert refusal(client.post("/api/ask", json={**body, "key": "a\0"}), 422).startswith("key: ")
    assert client.post("/api/ask", json={**body, "key": "any other: é\n"}).status_code == 200


def test_a_search_answers_the_document_of_the_contract(client):
    document = client.get("/api/search", params={"q": SURE, "k": 2}).json()
    assert document["question"] == SURE
    assert document["hits"][0]["article"] == "returns"
    assert len(document["hits"]) <= 2
    assert client.get("/api/search", params={"q": SURE, "language": "da"}).json()["language"]["code"] == "da"


def test_a_search_never_shows_agents_articles(client):
    document = client.get("/api/search", params={"q": "How much goodwill may I give?", "k": 20}).json()
    assert "goodwill" not in [hit["article"] for hit in document["hits"]]


def test_a_search_for_nothing_or_too_many_is_refused(client):
    refusal(client.get("/api/search", params={"q": " "}), 422)
    assert client.get("/api/search", params={"q": "x", "k": 1000}).status_code == 422
    assert client.get("/api/search").status_code == 422


def test_an_article_can_be_read_at_its_address(client):
    page = client.get("/articles/en/returns")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert 'id="price-of-a-return"' in page.text
    assert client.get("/articles/da/returns").text.count('lang="da"') == 1


@pytest.mark.parametrize(
    "path", ["/articles/en/goodwill", "/articles/pl/returns", "/articles/en/..%2f..%2fetc%2fpasswd"]
)
def test_an_article_that_is_not_public_is_not_there(client, path):
    refusal(client.get(path), 404)


def test_an_article_is_at_its_address_until_its_last_day_is_over(client, assistant):
    days = [OFFER.expires]
    assistant.live.index = FakeIndex((*LIBRARY, OFFER), today=lambda: days[0])
    assert client.get("/articles/en/offer").status_code == 200
    days[0] += timedelta(1)
    assert refusal(client.get("/articles/en/offer"), 404) == "there is no such article"
    assert client.get("/articles/en/returns").status_code == 200


def test_without_an_index_the_server_lives_and_is_not_ready(client, assistant):
    assert client.get("/ready").json() == {"status": "ready", "problems": []}
    assistant.live.index, assistant.live.problem = None, "/srv/data/index: the index is damaged"
    assert client.get("/health").json() == {"status": "alive"}
    waiting = client.get("/ready")
    assert (waiting.status_code, waiting.json()["problems"]) == (503, [NO_INDEX])
    for refused in (
        client.post("/api/ask", json={"question": SURE}),
        client.get("/api/search", params={"q": SURE}),
    ):
        assert refusal(refused, 503) == "no question can be answered at the moment: /ready says why"


def test_a_database_that_fails_is_told_to_anybody_without_where_it_is_and_to_the_log_with(
    client, assistant, monkeypatch, caplog
):
    def fails():
        raise StateError("postgresql://desk:***@db.intern:5432/desk: connection refused")

    monkeypatch.setattr(assistant.store, "open_tickets", fails)
    waiting = client.get("/ready")
    assert (waiting.status_code, waiting.json()["problems"]) == (503, [NO_DATABASE])
    assert "db.intern:5432/desk: connection refused" in caplog.text


def test_figures_are_shown_as_text_without_a_word_of_a_customer(client):
    client.post("/api/ask", json={"question": SURE})
    figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    assert 'askdesk_replies_total{kind="answer",language="en"} 1.0' in figures.text
    assert "# HELP askdesk_open_tickets Tickets that are not closed.\n" in figures.text
    assert "askdesk_open_tickets 0.0" in figures.text
    assert SURE not in figures.text


def test_a_fault_inside_tells_nothing_of_itself(client, assistant):
    def broken(*_args, **_more):
        raise ValueError("internal detail")

    assistant.live.index.search = broken
    alone = refusal(client.post("/api/ask", json={"question": SURE}), 500)
    within = refusal(client.post("/api/ask", json={"question": SURE, "conversation": "new"}), 503)
    assert "internal detail" not in alone + within
