"""The other side: a real mail server and a real receiver of webhooks, which do as they are told."""

import socket
import threading
import time
from asyncio import AbstractServer
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from bot.notify.channel import MailSettings, WebhookSettings
from tests.patience import PATIENCE

SECRET = "whsec_" + "QXNrZGVzayB0ZXN0cywgMzIgYnl0ZXMgbG9uZyAhIQ=="
USER, PASSWORD = "askdesk", "open sesame"


@contextmanager
def closed_port() -> Iterator[int]:
    """A port at which nobody listens, until a server of ours does; nobody else gets it meanwhile."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@dataclass
class Mailbox:
    """Keeps the mails; answers as `answers` say, one by one, and takes the rest."""

    answers: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    """Answers to receivers, one by one."""
    raw: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    most: int = 10**6
    """After so many mails it answers to none."""
    held: threading.Event = field(default_factory=threading.Event)
    """While it is set, no mail is answered."""
    shown: int = 0
    """So many mails were shown to it, answered or not."""

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if self.recipients and not (answer := self.recipients.pop(0)).startswith("250"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        import asyncio

        self.shown += 1
        while self.held.is_set() or len(self.raw) >= self.most:
            await asyncio.sleep(0.01)
        answer = self.answers.pop(0) if self.answers else f"250 OK: queued as Q{len(self.raw) + 1}"
        if answer.startswith("250"):
            self.raw.append(envelope.content)
            self.to += envelope.rcpt_tos
        return answer


class _MailServer(Controller):
    """Listens from the start: a port that is only looked for could be another's by then."""

    def __init__(self, mailbox: Mailbox, port: int, **how: object) -> None:
        self._listening = socket.create_server(("127.0.0.1", port))
        address = dict(zip(("hostname", "port"), self._listening.getsockname(), strict=True))
        super().__init__(mailbox, **address, ready_timeout=PATIENCE, **how)

    def _create_server(self) -> Awaitable[AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def mail_server(mailbox: Mailbox, port: int = 0, **how: object) -> Iterator[MailSettings]:
    """A running mail server; gives the settings that reach it."""
    controller = _MailServer(mailbox, port, **how)
    controller.start()
    try:
        yield mail_settings(controller.port)
    finally:
        controller.stop()


def mail_settings(port: int, **given: object) -> MailSettings:
    return MailSettings(
        **{"host": "127.0.0.1", "port": port, "security": "none", "sender": "help@kestrel.example", **given}
    )


def authenticator(_server, _session, _envelope, mechanism, data) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


@dataclass
class Heard:
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Keeps the requests; answers with the statuses given, one by one, then with 200.

    One that `holds` answers only once it is to `go`; one that drips tells by `cut` that it was cut off.
    """

    def __init__(self, *statuses: int, holds: bool = False, drip: bool = False, location: str = "") -> None:
        self.statuses = list(statuses)
        self.drip, self.location = drip, location
        self.heard: list[Heard] = []
        self.go, self.cut = threading.Event(), threading.Event()
        if not holds:
            self.go.set()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.heard.append(Heard(request.path, headers, body))
        self.go.wait(PATIENCE)
        status = self.statuses.pop(0) if self.statuses else 200
        if self.drip:
            self._drip(request)
            return
        with suppress(OSError):  # whoever asked may have gone
            request.send_response(status)
            if self.location:
                request.send_header("location", self.location)
            request.end_headers()
            request.wfile.write(b"thank you" if status < 300 else b"no")

    def _drip(self, request: BaseHTTPRequestHandler) -> None:
        try:
            for _ in range(600):
                request.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            self.cut.set()


@contextmanager
def web_server(receiver: Receiver, port: int = 0) -> Iterator[str]:
    """A running receiver; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook?team=1"
    finally:
        receiver.go.set()
        server.shutdown()
        server.server_close()
        thread.join()


def hook(url: str, **given: object) -> WebhookSettings:
    return WebhookSettings(**{"url": url, "secret": SECRET, "allow_private": True, **given})
