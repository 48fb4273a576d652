import multiprocessing
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import open_engine
from bot.notify.courier import THREADS, Courier
from bot.notify.mail import MailChannel
from bot.notify.notice import Outcome
from bot.notify.outbox import CLAIM, Outbox
from bot.notify.webhook import WebhookChannel
from tests.bot.conftest import fake_assistant
from tests.bot.notify.receivers import (
    Mailbox,
    Receiver,
    closed_port,
    hook,
    mail_server,
    mail_settings,
    web_server,
)
from tests.bot.notify.test_mail import LETTER
from tests.patience import PATIENCE, wait_for

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def outbox(tmp_path):
    return Outbox(open_engine(None, tmp_path))


def put(outbox, target="anna@x.example", channel="email", now=NOW):
    document = LETTER.document() if channel == "email" else {"type": "trial"}
    what = {"ticket": None, "audience": "team", "event": "trial", "document": document, "now": now}
    return outbox.post(channel=channel, target=target, **what)


def by_mail(outbox, settings, clock=lambda: datetime.now(UTC)):
    return Courier(outbox, {"email": MailChannel(settings, "Kestrel", str, clock)}, clock)


def answers(outbox, id):
    return [one.answer for one in outbox.notice(id).deliveries]


def test_a_server_that_is_down_is_tried_until_it_is_up(outbox):
    clock, id = Clock(), put(outbox)
    with closed_port() as port:
        courier = by_mail(outbox, mail_settings(port), clock)
        for _ in range(5):
            assert courier.deliver_due() == 1
            clock.wait(minutes=2)
        with mail_server(box := Mailbox(), port):
            assert courier.deliver_due() == 1
    assert outbox.notice(id).state == "sent"
    nobody = f"127.0.0.1, port {port}: nobody listens there"
    assert answers(outbox, id) == [nobody] * 5 + ["250 OK: queued as Q1"]
    assert len(box.raw) == 1


def test_three_faults_then_fine_makes_four_attempts_of_one_id(outbox):
    clock = Clock()
    with web_server(receiver := Receiver(500, 503, 429)) as url:
        id = put(outbox, url, "webhook")
        courier = Courier(outbox, {"webhook": WebhookChannel((hook(url),))}, clock)
        for _ in range(5):
            courier.deliver_due()
            clock.wait(minutes=1)
    assert len(receiver.heard) == 4
    assert {heard.headers["webhook-id"] for heard in receiver.heard} == {id}
    assert outbox.notice(id).state == "sent"


def test_a_refusal_for_good_is_tried_once(outbox):
    clock = Clock()
    with mail_server(Mailbox(recipients=["550 no such user"])) as settings:
        id = put(outbox)
        courier = by_mail(outbox, settings, clock)
        assert courier.deliver_due() == 1
        clock.wait(hours=5)
        assert courier.deliver_due() == 0
    assert outbox.notice(id).state == "failed"


def test_a_running_courier_delivers_by_itself_and_stops_when_it_is_told(outbox):
    with mail_server(box := Mailbox()) as settings:
        courier = by_mail(outbox, settings)
        courier.start()
        ids = [put(outbox, now=datetime.now(UTC)) for _ in range(20)]
        wait_for(lambda: all(outbox.notice(id).state == "sent" for id in ids))
        courier.stop()
        put(outbox, now=datetime.now(UTC))
        time.sleep(0.8)
    assert len(box.raw) == 20


def test_slow_receivers_do_not_keep_the_others_waiting(outbox, monkeypatch):
    for limit in ("SECONDS", "DEADLINE"):
        monkeypatch.setattr(f"bot.notify.connect.{limit}", PATIENCE)
    with web_server(Receiver(holds=True)) as slow, web_server(quick := Receiver()) as url:
        hooks = WebhookChannel((hook(slow), hook(url)))
        courier = Courier(outbox, {"webhook": hooks})
        held = [put(outbox, slow, "webhook", datetime.now(UTC)) for _ in range(THREADS - 1)]
        id = put(outbox, url, "webhook", datetime.now(UTC))
        courier.start()
        wait_for(lambda: outbox.notice(id).state == "sent")
        assert [answers(outbox, one) for one in held] == [[]] * len(held)
        courier.stop()
    assert len(quick.heard) == 1


def test_a_fault_of_our_own_is_tried_again_and_kept_and_no_address_is_logged(outbox, caplog):
    class Broken:
        def deliver(self, notice):
            raise KeyError(notice.target)

    id = put(outbox)
    clock = Clock()
    courier = Courier(outbox, {"email": Broken()}, clock)
    courier.deliver_due()
    assert answers(outbox, id) == ["a fault of Askdesk itself: KeyError"]
    assert "KeyError while delivering a notice" in caplog.text
    assert "anna@x.example" not in caplog.text
    assert outbox.notice(id).state == "waiting"


def test_a_channel_that_was_taken_out_of_the_settings_fails_for_good(outbox):
    id = put(outbox)
    Courier(outbox, {}, Clock()).deliver_due()
    assert outbox.notice(id).state == "failed"


def test_a_courier_goes_on_when_the_database_comes_back(outbox, monkeypatch):
    from bot.database.engine import StateError

    claim, broken = Outbox.claim, threading.Event()

    def sometimes(self, *what, **more):
        if not broken.is_set():
            broken.set()
            raise StateError("locked")
        return claim(self, *what, **more)

    monkeypatch.setattr(Outbox, "claim", sometimes)

    class Fine:
        def deliver(self, _notice):
            return Outcome(True, "taken")

    id = put(outbox, now=datetime.now(UTC))
    courier = Courier(outbox, {"email": Fine()})
    courier.start()
    wait_for(lambda: outbox.notice(id).state == "sent")
    courier.stop()


def run_until_killed(folder, port):
    by_mail(Outbox(open_engine(None, folder)), mail_settings(port)).start()
    time.sleep(10 * PATIENCE)


def test_killed_in_the_middle_of_a_mail_it_is_sent_after_the_restart_under_the_same_id(tmp_path):
    outbox = Outbox(open_engine(None, tmp_path))
    with mail_server(box := Mailbox(most=5)) as settings:
        ids = [put(outbox, now=datetime.now(UTC)) for _ in range(12)]
        process = multiprocessing.get_context("spawn").Process(
            target=run_until_killed, args=(tmp_path, settings.port)
        )
        process.start()
        try:
            wait_for(lambda: box.shown >= box.most + THREADS)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        unsent = [id for id in ids if outbox.notice(id).state != "sent"]
        assert len(unsent) == len(ids) - box.most
        box.most = 10**6
        late = Clock(datetime.now(UTC) + CLAIM + timedelta(seconds=1))
        by_mail(outbox, settings, late).deliver_due()
    assert all(outbox.notice(id).state == "sent" for id in ids)
    heard = [mail["Message-ID"] for mail in box.mails]
    assert {f"<{id}@kestrel.example>" for id in ids} == set(heard)  # none lost
    assert len(heard) - len(ids) <= THREADS  # those under way came twice, and can be told by their id


class Slow:
    """A channel that fails; its first attempt lasts until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self._tried = []

    @property
    def attempts(self):
        return len(self._tried)

    def deliver(self, notice):
        self._tried.append(notice.id)
        self.begun.set()
        self.go.wait()
        return Outcome(False, "down")


def test_what_is_to_be_tried_again_during_an_attempt_is_tried_right_after_it(tmp_path):
    assistant = fake_assistant(tmp_path)
    with assistant.store.turn(assistant.open(None, "en").token) as turn:
        number = turn.hand_over("asked", {}).number
    outbox, slow = Outbox(assistant.store.engine), Slow()
    what = {"audience": "team", "event": "handed_over", "document": {}, "target": "a@x.example"}
    clock = Clock()  # it stands still: what is put off never comes
    outbox.post(ticket=number, channel="email", now=NOW - timedelta(minutes=1), **what)
    courier = Courier(outbox, {"email": slow}, clock)
    courier.start()
    try:
        assert slow.begun.wait(PATIENCE)
        outbox.retry(number, clock())
        slow.go.set()
        wait_for(lambda: slow.attempts == 2)
    finally:
        slow.go.set()
        courier.stop()


def test_no_channel_waits_for_the_slow_receivers_of_another(outbox):
    class Fine:
        def deliver(self, _notice):
            return Outcome(True, "taken")

    slow, now = Slow(), datetime.now(UTC)
    courier = Courier(outbox, {"email": slow, "webhook": slow, "chatwoot": Fine()})
    for channel in ("email", "webhook"):
        for _ in range(2 * THREADS):
            put(outbox, channel=channel, now=now)
    id = put(outbox, channel="chatwoot", now=now + timedelta(microseconds=1))
    courier.start()
    try:
        wait_for(lambda: outbox.notice(id).state == "sent")
        wait_for(lambda: slow.attempts == 2 * THREADS)
        slow.go.set()
        wait_for(lambda: slow.attempts >= 4 * THREADS)
    finally:
        slow.go.set()
        courier.stop()


def test_a_courier_that_is_woken_looks_at_once(outbox, monkeypatch):
    monkeypatch.setattr("bot.notify.courier.SECONDS_BETWEEN_LOOKS", 10 * PATIENCE)
    claim, looked, slow = Outbox.claim, threading.Event(), Slow()
    slow.go.set()

    def looks(self, *what, **more):
        found = claim(self, *what, **more)
        looked.set()
        return found

    monkeypatch.setattr(Outbox, "claim", looks)
    courier = Courier(outbox, {"email": slow})
    courier.start()
    try:
        assert looked.wait(PATIENCE)
        put(outbox, now=datetime.now(UTC))
        courier.wake()
        wait_for(lambda: slow.attempts == 1)
    finally:
        courier.stop()


def test_a_thread_that_can_t_be_started_does_not_end_the_courier(outbox, monkeypatch):
    """The notice is in line by then, and whichever thread is free next takes it."""
    start, refused = threading.Thread.start, []

    def starts(thread):
        if thread.name.startswith("courier_") and not refused:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts)
    with mail_server(box := Mailbox()) as settings:
        first, second = put(outbox), put(outbox)
        courier = by_mail(outbox, settings, Clock())
        courier.start()
        try:
            wait_for(lambda: {outbox.notice(id).state for id in (first, second)} == {"sent"})
        finally:
            courier.stop()
    assert refused
    assert len(box.raw) == 2
