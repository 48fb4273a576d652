import socket
import ssl
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.notify import connect
from bot.notify.letter import Letter
from bot.notify.mail import MailChannel
from bot.notify.notice import Notice
from tests.bot.notify.receivers import (
    PASSWORD,
    USER,
    Mailbox,
    authenticator,
    closed_port,
    mail_server,
    mail_settings,
)
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LETTER = Letter(
    "en", "#12 waits: Where is it?", ("Ticket #12 waits.",), [("Reason", "upset")], "Where is it?"
)


def notice(letter=LETTER, to="anna@kestrel.example", **more):
    document = {**letter.document(), **more}
    return Notice("msg_1", 12, "team", "email", to, "handed_over", document, "waiting", 1, NOW, NOW)


def sent(settings, told=None, company="Kestrel"):
    channel = MailChannel(settings, company, lambda number: f"https://x.example/back#{number}", lambda: NOW)
    return channel.deliver(told or notice())


def test_the_server_s_own_words_are_the_proof():
    with mail_server(box := Mailbox()) as settings:
        outcome = sent(settings)
    assert (outcome.accepted, outcome.answer) == (True, "250 OK: queued as Q1")
    assert outcome.message_id == box.mails[0]["Message-ID"] == "<msg_1@kestrel.example>"
    assert box.to == ["anna@kestrel.example"]


def test_a_mail_has_the_headers_that_keep_robots_from_answering_it():
    with mail_server(box := Mailbox()) as settings:
        sent(settings.model_copy(update={"reply_to": "people@kestrel.example"}))
    mail = box.mails[0]
    assert mail["From"] == "Kestrel <help@kestrel.example>"
    assert mail["To"] == "anna@kestrel.example"
    assert mail["Reply-To"] == "people@kestrel.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail["References"] == "<ticket-12.team@kestrel.example>"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_the_way_back_is_put_in_when_the_mail_goes_out():
    with mail_server(box := Mailbox()) as settings:
        sent(settings, notice(conversation=7))
    assert "https://x.example/back#7" in box.mails[0].get_body(("plain",)).get_content()


def test_over_starttls_with_a_login(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    how = {"tls_context": context, "require_starttls": True, "authenticator": authenticator}
    with mail_server(box := Mailbox(), auth_required=True, **how) as settings:
        login = {"security": "starttls", "user": USER, "ca_file": certificate[0]}
        assert sent(mail_settings(settings.port, password=PASSWORD, **login)).accepted
        refused = sent(mail_settings(settings.port, password="wrong", **login))
        distrusted = sent(mail_settings(settings.port, security="starttls"))
        plain = sent(mail_settings(settings.port))
    assert len(box.raw) == 1
    assert (refused.accepted, refused.final) == (False, False)  # a login can be mended
    assert refused.answer.startswith("535")
    assert "certificate can't be trusted" in distrusted.answer
    assert plain.answer.startswith("530")
    assert not plain.final


def test_over_tls_from_the_first_byte(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with mail_server(box := Mailbox(), ssl_context=context) as settings:
        outcome = sent(mail_settings(settings.port, security="tls", ca_file=certificate[0]))
    assert outcome.accepted
    assert len(box.raw) == 1


def test_a_server_without_tls_gets_no_mail_where_tls_is_asked_for():
    with mail_server(box := Mailbox()) as settings:
        outcome = sent(mail_settings(settings.port, security="starttls", user=USER, password=PASSWORD))
    assert (outcome.accepted, box.raw) == (False, [])


@pytest.mark.parametrize(
    ("box", "answer", "final"),
    [
        (Mailbox(recipients=["550 5.1.1 no such user"]), "550 5.1.1 no such user", True),
        (Mailbox(recipients=["450 4.2.0 greylisted"]), "450 4.2.0 greylisted", False),
        (Mailbox(answers=["552 5.3.4 too big"]), "552 5.3.4 too big", True),
        (Mailbox(answers=["451 4.3.0 come back"]), "451 4.3.0 come back", False),
    ],
)
def test_a_refusal_is_told_in_the_server_s_words_and_only_a_lasting_one_ends_it(box, answer, final):
    with mail_server(box) as settings:
        outcome = sent(settings)
    assert (outcome.accepted, outcome.answer, outcome.final) == (False, answer, final)


def test_nobody_there_is_an_outcome_and_no_error():
    with closed_port() as port:
        assert sent(mail_settings(port)).answer == f"127.0.0.1, port {port}: nobody listens there"


def test_a_slow_server_is_given_up_on(monkeypatch):
    monkeypatch.setattr("bot.notify.connect.SECONDS", 0.3)
    monkeypatch.setattr("bot.notify.connect.DEADLINE", PATIENCE)  # it is not this one that ends it
    with mail_server(Mailbox(most=0)) as settings:
        outcome = sent(settings)
    assert (outcome.accepted, outcome.final) == (False, False)
    assert outcome.answer == "the mail server did not answer within 0.3 seconds"


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_does_not_even_greet_is_told_as_one_that_did_not_answer(monkeypatch, security):
    monkeypatch.setattr("bot.notify.connect.SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        outcome = sent(mail_settings(listening.getsockname()[1], security=security))
    assert outcome.answer == "the mail server did not answer within 0.3 seconds"


def test_a_server_that_hangs_up_is_told_as_such():
    def hang_up():
        listening.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=hang_up)
        thread.start()
        outcome = sent(mail_settings(listening.getsockname()[1]))
        thread.join()
    assert outcome.answer == "the mail server broke the connection off"


@pytest.mark.parametrize("drop", [b"2", b"220-hello\r\n"])
def test_a_server_whose_greeting_has_no_end_is_cut_off_and_told_to_have_taken_too_long(monkeypatch, drop):
    monkeypatch.setattr("bot.notify.connect.DEADLINE", 0.3)
    cut = threading.Event()

    def greet():
        caller = listening.accept()[0]
        with caller:
            try:
                for _ in range(200):
                    caller.sendall(drop)
                    time.sleep(0.05)
            except OSError:
                cut.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=greet)
        thread.start()
        outcome = sent(mail_settings(listening.getsockname()[1]))
        thread.join()
    assert cut.is_set()
    assert (outcome.accepted, outcome.final) == (False, False)
    assert outcome.answer == "the mail server took longer than 0.3 seconds in all"


def test_a_server_that_takes_the_mail_and_dies_has_taken_it():
    class Dying(Mailbox):
        async def handle_QUIT(self, server, _session, _envelope):  # noqa: N802
            server.transport.abort()
            return "221 never heard"

    with mail_server(box := Dying()) as settings:
        assert sent(settings).accepted
    assert len(box.raw) == 1


def test_a_password_file_that_is_missing_is_named_and_its_contents_never_are(tmp_path):
    given = mail_settings(25, user=USER, password_file=tmp_path / "secret")
    assert "secret can't be read" in sent(given).answer
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    assert given.secret() == PASSWORD
    assert PASSWORD not in repr(mail_settings(25, password=PASSWORD))


def test_an_address_in_another_script_is_delivered_or_refused_with_a_reason():
    with mail_server(Mailbox(), enable_SMTPUTF8=False) as settings:
        outcome = sent(settings, replace(notice(), target="søren@kestrel.example"))
        assert not outcome.accepted
        assert "beyond ASCII" in outcome.answer
    with mail_server(box := Mailbox(), enable_SMTPUTF8=True) as settings:
        assert sent(settings, replace(notice(), target="søren@kestrel.example")).accepted
    assert box.to == ["søren@kestrel.example"]
    assert connect.SECONDS > 1


@pytest.mark.parametrize("own", [{"sender": "info@købmand.example"}, {"reply_to": "rødgrød@kestrel.example"}])
def test_an_own_address_in_another_script_is_written_or_refused_with_a_reason(own):
    with mail_server(Mailbox(), enable_SMTPUTF8=False) as settings:
        outcome = sent(settings.model_copy(update=own))
        assert "beyond ASCII" in outcome.answer
    with mail_server(box := Mailbox(), enable_SMTPUTF8=True) as settings:
        assert sent(settings.model_copy(update=own)).accepted
    assert next(iter(own.values())).encode() in box.raw[0]


@pytest.mark.parametrize("login", [{"user": "søren", "password": "x"}, {"user": USER, "password": "rødgrød"}])
def test_a_login_that_can_not_be_sent_is_told_without_its_password(login):
    how = {"authenticator": authenticator, "auth_require_tls": False}
    with mail_server(Mailbox(), **how) as settings:
        outcome = sent(mail_settings(settings.port, **login))
    assert not outcome.accepted
    assert "mail.user or its password holds a letter beyond ASCII" in outcome.answer
    assert "rødgrød" not in outcome.answer
