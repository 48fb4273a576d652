import json
import subprocess
import sys

import pytest

from bot.notify.channel import ChatwootSettings
from bot.notify.trial import NothingSet, receivers, show_counts, show_trial, trial
from bot.waiting.queue import Queue
from tests.bot.fakes import settings
from tests.bot.notify.receivers import SECRET, Mailbox, Receiver, closed_port, hook, mail_server, web_server


def test_every_receiver_is_told_once_and_shown_with_its_answer():
    queues = (Queue(name="A", email=("anna@x.example", "team@x.example")), Queue(name="B"))
    with mail_server(box := Mailbox()) as mail, web_server(receiver := Receiver()) as url:
        mail = mail.model_copy(update={"to": ("team@x.example",)})
        given = settings(mail=mail, public_url="https://x.example", webhooks=(hook(url),), queues=queues)
        tried = trial(given)
    assert [(one["target"], one["accepted"]) for one in tried["receivers"][:2]] == [
        ("team@x.example", True),
        ("anna@x.example", True),
    ]
    assert tried["receivers"][2]["answer"] == "HTTP 200 thank you"
    assert sorted(box.to) == ["anna@x.example", "team@x.example"]
    assert json.loads(receiver.heard[0].body)["type"] == "trial"
    assert "told  email  team@x.example: 250 OK: queued as Q1" in show_trial(tried)
    assert [one["channel"] for one in receivers(given)] == ["email", "email", "webhook"]


def test_who_could_not_be_told_is_shown_with_the_reason():
    with closed_port() as port:
        shown = show_trial(trial(settings(webhooks=(hook(f"http://127.0.0.1:{port}/"),))))
    assert "NOT TOLD" in shown
    assert "nobody listens there" in shown


def test_with_no_channel_there_is_nothing_to_try():
    with pytest.raises(NothingSet, match="set mail"):
        trial(settings())
    assert "nobody is told" in show_counts({"receivers": [], "notices": {}})


def test_chatwoot_is_shown_among_who_is_told_and_not_tried():
    url = "https://chat.kestrel.example"
    given = settings(chatwoot=ChatwootSettings(url=url, account=1, token="x", secret="y"))
    assert receivers(given) == [{"channel": "chatwoot", "target": url}]
    shown = show_counts({"receivers": receivers(given), "notices": {}})
    assert "nobody is told" not in shown
    with pytest.raises(NothingSet, match="Chatwoot is told of its own conversations alone"):
        trial(given)


@pytest.mark.parametrize("status", [200, 500])
def test_the_command_says_by_its_exit_whether_all_were_told(tmp_path, status):
    with web_server(Receiver(status)) as url:
        (tmp_path / "askdesk.toml").write_text(
            f'[[webhooks]]\nallow_private = true\nurl = "{url}"\nsecret = "{SECRET}"\n'
        )
        command = [sys.executable, "-m", "bot", "notify", "--test", "--json"]
        env = {"ASKDESK_SETTINGS": str(tmp_path / "askdesk.toml"), "PATH": ""}
        done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == (0 if status == 200 else 1), done.stderr
    assert json.loads(done.stdout)["receivers"][0]["answer"].startswith(f"HTTP {status}")
    assert SECRET not in done.stdout + done.stderr
