import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from bot.notify import connect
from bot.notify.notice import Notice, new_id
from bot.notify.webhook import WebhookChannel, signed
from tests.bot.notify.receivers import SECRET, Receiver, closed_port, hook, web_server
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def notice(url, **given):
    told = {"type": "ticket.handed_over", "data": {"question": "Hvad koster det? 多少钱"}}
    plain = Notice(new_id(), 12, "team", "webhook", url, "handed_over", told, "waiting", 1, NOW, NOW)
    return replace(plain, **given)


def delivered(url, told=None, **given):
    return WebhookChannel((hook(url, **given),)).deliver(told or notice(url))


def test_the_signature_is_that_of_the_published_scheme():
    """The vector of the reference libraries' own tests."""
    headers = signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        '{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_can_check_what_it_gets_with_nothing_but_the_secret():
    with web_server(receiver := Receiver()) as url:
        sent = notice(url)
        outcome = delivered(url, sent)
    heard = receiver.heard[0]
    assert (outcome.accepted, outcome.answer) == (True, "HTTP 200 thank you")
    assert outcome.message_id == sent.id == heard.headers["webhook-id"]
    assert Webhook(SECRET).verify(heard.body, heard.headers) == sent.document
    content = f"{sent.id}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    digest = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), content, hashlib.sha256).digest()
    assert heard.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert heard.path == "/hook?team=1"


def test_a_changed_body_another_secret_and_an_old_time_are_found_out():
    with web_server(receiver := Receiver()) as url:
        delivered(url)
    heard = receiver.heard[0]
    for body, headers in [
        (heard.body + b" ", heard.headers),
        (heard.body, {**heard.headers, "webhook-id": "msg_other"}),
        (heard.body, {**heard.headers, "webhook-timestamp": "1600000000"}),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"x" * 32).decode()).verify(heard.body, heard.headers)


def test_an_attempt_carries_the_time_at_which_it_is_made_and_the_id_of_the_first_one():
    with web_server(receiver := Receiver(500)) as url:
        told, moments = notice(url), iter([NOW, NOW + timedelta(hours=2)])
        channel = WebhookChannel((hook(url),), clock=lambda: next(moments))
        assert [channel.deliver(told).accepted, channel.deliver(told).accepted] == [False, True]
    first, second = (heard.headers for heard in receiver.heard)
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 7200
    assert receiver.heard[0].body == receiver.heard[1].body


@pytest.mark.parametrize(("status", "final"), [(500, False), (404, False), (302, False), (410, True)])
def test_a_refusal_is_told_with_its_status_and_only_gone_ends_it(status, final):
    with web_server(Receiver(status)) as url:
        outcome = delivered(url)
    assert (outcome.accepted, outcome.final) == (False, final)
    assert outcome.answer == f"HTTP {status} no"


def test_a_redirect_is_not_followed():
    with web_server(inner := Receiver()) as secret, web_server(Receiver(302, location=secret)) as url:
        assert not delivered(url).accepted
    assert inner.heard == []


def test_nobody_there_is_an_outcome_and_no_error():
    with closed_port() as port:
        outcome = delivered(f"http://127.0.0.1:{port}/")
    assert not outcome.accepted
    assert outcome.answer.endswith("nobody listens there")


def test_a_slow_receiver_is_given_up_on(monkeypatch):
    monkeypatch.setattr(connect, "SECONDS", 0.2)
    with web_server(Receiver(holds=True)) as url:
        outcome = delivered(url)
    assert (outcome.accepted, outcome.answer) == (False, "no answer in time")


def test_one_that_drips_is_cut_off_at_the_deadline_and_told_to_have_taken_too_long(monkeypatch):
    monkeypatch.setattr(connect, "DEADLINE", 0.3)
    with web_server(receiver := Receiver(drip=True)) as url:
        outcome = delivered(url)
        assert receiver.cut.wait(PATIENCE)
    assert (outcome.accepted, outcome.final) == (False, False)
    assert outcome.answer == "the server took longer than 0.3 seconds in all"


def test_an_address_that_was_taken_out_of_the_settings_is_not_called():
    with web_server(receiver := Receiver()) as url:
        outcome = WebhookChannel(()).deliver(notice(url))
    assert (outcome.accepted, outcome.final, receiver.heard) == (False, True, [])
