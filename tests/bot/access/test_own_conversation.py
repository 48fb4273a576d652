"""A customer reaches their own conversation, and by its token only."""

import json
import logging

import pytest

from bot.state.store import TOKEN_BYTES
from tests.bot.access.conftest import visitor

JSON = {"Content-Type": "application/json"}
SURE = "How do I send something back?"


@pytest.fixture
def customer(app):
    return visitor(app)


def act(customer, name, *data):
    answer = customer.post(f"/gradio_api/run/{name}", content=json.dumps({"data": data}), headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"][0]


def begun(customer, *said):
    token = act(customer, "start", "en")
    for number, text in enumerate(said):
        act(customer, "ask", token, "en", f"k{number}", text)
    return token


def test_a_token_has_128_random_bits_and_is_kept_as_a_digest(customer, host):
    tokens = {act(customer, "start", "en") for _ in range(20)}
    assert len(tokens) == 20
    assert TOKEN_BYTES * 8 == 128
    stored = b"".join(path.read_bytes() for path in host.settings.data.glob("askdesk.db*"))
    assert not any(token.encode() in stored for token in tokens)


def test_no_endpoint_reads_or_changes_another_s_conversation(customer, host):
    """Whatever of the other's is known, but the token: numbers of messages, and keys of what was sent."""
    mine, other = begun(customer, "hello"), begun(customer, SURE, "my name is Bettine")
    act(customer, "person", other, "en", "p")
    act(customer, "contact", other, "en", "Bettine", "b@shop.example")
    before = host.transcript(other)
    ticket = host.store.conversation(other).ticket
    answers = [
        act(customer, "rate", mine, "en", message.id, helpful)
        for message in before
        for helpful in (True, False)
    ]
    answers += [
        act(customer, name, mine, "en", key) for name in ("none", "person") for key in ("k0", "k1", "p")
    ]
    answers += [
        act(customer, name, mine, "en", "k1", text) for name in ("ask", "choose") for text in ("returns", "x")
    ]
    answers += [
        act(customer, "contact", mine, "en", "Eve", "e@evil.example"),
        act(customer, "open", mine, "da"),
    ]
    told = json.dumps(answers)
    assert "Bettine" not in told
    assert other not in told
    assert host.transcript(other) == before
    assert host.store.conversation(other).ticket == ticket
    assert [message.helpful for message in before] == [None] * len(before)


@pytest.mark.parametrize("wrong", ["", "A" * 22, None, 1, ["x"], "\ud800", "%", "' OR 1=1 --"])
def test_without_the_token_there_is_no_conversation(customer, wrong):
    begun(customer, SURE)
    assert act(customer, "open", wrong, "en")["messages"] == []
    for name, more in (
        ("ask", ["k", "x"]),
        ("choose", ["k", "x"]),
        ("none", ["k"]),
        ("person", ["k"]),
        ("silence", []),
        ("rate", [1, True]),
        ("contact", ["a", "b@c.de"]),
    ):
        assert act(customer, name, wrong, "en", *more) == {"gone": True}, name


def test_the_interface_for_programs_asks_for_the_token_too(customer, host):
    other = begun(customer, "my name is Bettine")
    digest = host.store.conversation(other)
    assert digest is not None
    for guess in ("A" * 22, other[:-1], other.swapcase(), f" {other}"):
        answer = customer.post("/api/ask", json={"question": SURE, "conversation": guess})
        assert answer.status_code == 404, guess
    assert len(host.transcript(other)) == 2


def test_a_user_s_session_opens_no_conversation_and_a_token_no_page(come, customer):
    token = begun(customer, SURE)
    agent = come("agent")
    assert act(agent, "open", None, None)["messages"] == []
    customer.cookies.set("askdesk-session", token)
    assert customer.get("/desk/").status_code == 401


def test_no_token_is_logged(customer, caplog):
    with caplog.at_level(logging.DEBUG):
        token = begun(customer, SURE)
        act(customer, "open", token, "en")
        customer.post("/api/ask", json={"question": SURE, "conversation": token})
    assert token not in caplog.text
