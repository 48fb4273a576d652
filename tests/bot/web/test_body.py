"""Bodies that are not right; those that are too long, sent to the whole application as it is served."""

import json
import socket
import threading
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import HTTPException

from bot.web import body
from bot.web.line import IN_ALL
from bot.web.rooms import KIB, ROOMS
from tests.bot.conftest import fake_assistant, running
from tests.patience import PATIENCE

MIB = 1024 * KIB
HUGE = 50 * MIB
ON_THE_WAY = 16 * MIB
"""What may stand in the buffers of both sides: Linux lets them grow to 4 and 6 MiB, or some more."""
QUESTION = {"question": "How do I send something back?"}
READING = {
    "/api/ask": 128,
    "/gradio_api/run/ask": 128,
    "/sign-in": 8,
    "/desk/gradio_api/queue/join": 1024,
    "/studio/gradio_api/run/none": 4096,
}
"""KiB that are taken at a path."""
NOT_READING = {"/api/chatwoot": 256, "/nowhere": 128, "/health": 128}
"""Where a body is left unread: nothing is there, no Chatwoot is set."""

ANYWHERE = ("/api/ask", "/gradio_api/run/ask", "/desk/gradio_api/run/x", "/health", "/nowhere")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with running(fake_assistant(tmp_path_factory.mktemp("body"))) as address:
        yield address


@pytest.fixture
def upload(site):
    """Begins to send a body to a path, of a length that is said, or in chunks."""
    at = urlsplit(site)
    with ExitStack() as opened:

        def begin(path, length=None):
            connection = opened.enter_context(socket.create_connection((at.hostname, at.port), PATIENCE))
            said = f"Content-Length: {length}" if length is not None else "Transfer-Encoding: chunked"
            head = f"POST {path} HTTP/1.1\r\nHost: {at.netloc}\r\nContent-Type: application/json\r\n{said}"
            connection.sendall(f"{head}\r\n\r\n".encode())
            return connection

        yield begin


CHUNK = b"10000\r\n" + b"x" * 65536 + b"\r\n"


def pour(connection, most):
    """Sends chunks until it is cut off; how many bytes went."""
    sent = 0
    try:
        while sent < most:
            sent += connection.send(CHUNK)
    except OSError:
        pass
    return sent


def answer(connection):
    """What comes until the other side closes."""
    received = b""
    while part := connection.recv(65536):
        received += part
    return received.decode()


def post(address, size, *, in_chunks=False):
    content = b'"' + b"x" * (size - 2) + b'"'
    headers = {"Content-Type": "application/json"}
    sent = iter([content]) if in_chunks else content
    return httpx.post(address, content=sent, headers=headers, timeout=PATIENCE)


@pytest.mark.parametrize(("path", "kib"), [*READING.items(), *NOT_READING.items()])
def test_each_room_takes_so_much_and_not_a_byte_more(site, path, kib):
    assert post(site + path, kib * KIB).status_code != 413
    refused = post(site + path, kib * KIB + 1)
    assert refused.status_code == 413
    sentence = f"This is too much at once: at most {kib} KiB are taken in one request."
    assert refused.json() == {"detail": sentence}


@pytest.mark.parametrize(("path", "kib"), READING.items())
def test_nor_in_chunks(site, path, kib):
    assert post(site + path, kib * KIB, in_chunks=True).status_code != 413
    assert post(site + path, kib * KIB + 1, in_chunks=True).status_code == 413


def test_the_longest_message_that_can_be_set_fits_with_every_letter_escaped():
    longest = json.dumps({"conversation": "t" * 64, "key": "k" * 80, "question": "ą" * 20_000})
    asking = [room for room in ROOMS if room.counts in ("asking", "writing")]
    assert len(asking) > 3
    assert min(room.most_bytes for room in asking) >= len(longest) > 120_000


@pytest.mark.parametrize("path", ANYWHERE)
def test_what_is_said_to_be_huge_is_refused_before_a_byte_of_it_has_come(upload, path):
    refused = answer(upload(path, HUGE))
    assert refused.startswith("HTTP/1.1 413 ")
    assert "connection: close" in refused.lower()


@pytest.mark.parametrize("path", ANYWHERE)
def test_what_comes_in_chunks_is_cut_off_while_it_comes(upload, path):
    assert pour(upload(path), HUGE) < ON_THE_WAY


def test_who_uploads_without_end_keeps_no_customer_waiting(upload, site):
    """More of them than are served at once: half come on and on, half stop in the middle."""
    halted = [upload("/api/ask") for _ in range(IN_ALL)]
    for one in halted:
        one.sendall(CHUNK)
    streams = [threading.Thread(target=pour, args=(upload("/api/ask"), HUGE)) for _ in range(IN_ALL)]
    for one in streams:
        one.start()
    with httpx.Client(timeout=PATIENCE) as customer:
        asked = [customer.post(f"{site}/api/ask", json=QUESTION) for _ in range(20)]
    assert [one.status_code for one in asked] == [200] * 20
    for one in streams:
        one.join()


class Pair(body.Shape):
    left: str
    right: int


def test_what_a_body_holds_is_read():
    assert body.read(b'{"left": "a", "right": 1}', Pair) == Pair(left="a", right=1)


@pytest.mark.parametrize(
    ("content", "expected", "sentence"),
    [
        (b'{"left": "a", "right": "1"}', "", "right: Input should be a valid integer"),
        (b'{"left": "a"}', '{"left": "\u2026"}', 'right: Field required; expected {"left": "\u2026"}'),
        (b"[]", "pairs", "the body: Input should be an object; expected pairs"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_in_one_sentence(content, expected, sentence):
    with pytest.raises(HTTPException) as refused:
        body.read(content, Pair, expected)
    assert (refused.value.status_code, refused.value.detail) == (422, sentence)
