import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.notify.channel import ChannelError
from bot.notify.office import Office, channels
from bot.notify.outbox import Outbox
from bot.notify.teller import TIME_TO_READ
from bot.state.store import Store
from tests.bot.fakes import settings
from tests.bot.notify.receivers import Mailbox, hook, mail_server, mail_settings
from tests.bot.notify.test_teller import ADA, URL, act, call, say


@pytest.mark.parametrize("reads", [True, False])
def test_what_was_read_in_the_chat_is_not_mailed_and_what_was_not_is(tmp_path, reads):
    store = Store.open(None, tmp_path)
    token = store.start("da").token
    later = datetime.now(UTC) + TIME_TO_READ + timedelta(minutes=1)
    with mail_server(box := Mailbox()) as mail:
        given = settings(mail=mail, public_url="https://help.kestrel.example", data=tmp_path)
        office = Office(store, given, lambda: later)
        number = call(store, token, queue=None)
        act(store, number, "leave_contact", None, "eva@x.example")
        act(store, number, "take", ADA)
        sequence = say(store, number, ADA, "Den kommer i morgen.")
        if reads:
            store.mark(store.conversation(token).id, "customer", seen=sequence)
        office.courier.deliver_due()
    [notice] = [one for one in Outbox(store.engine).notices([number])[number] if one.audience == "customer"]
    assert notice.state == ("needless" if reads else "sent")
    assert len(box.raw) == (0 if reads else 1)
    if not reads:
        body = box.mails[0].get_body(("plain",)).get_content()
        assert "> Den kommer i morgen." in body
        link = re.search(r"https://help.kestrel.example/back#(\S+)", body)
        key = office.back.exchange(link[1])
        assert key != token
        assert store.transcript(key) == store.transcript(token)


def test_a_secret_that_can_not_be_had_is_told_at_the_start(tmp_path):
    for given in (
        settings(mail=mail_settings(25, user="x", password_file=tmp_path / "none")),
        settings(webhooks=(hook(URL, secret=None),)),
        settings(webhooks=(hook(URL, secret=None, secret_file=tmp_path / "none"),)),
    ):
        with pytest.raises(ChannelError):
            channels(given, str)
    (tmp_path / "short").write_text("whsec_c2hvcnQ=")
    with pytest.raises(ChannelError, match="at least 24 bytes"):
        channels(settings(webhooks=(hook(URL, secret=None, secret_file=tmp_path / "short"),)), str)
