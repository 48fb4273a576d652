import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from bot.database.engine import open_engine
from bot.notify.outbox import Outbox
from bot.server import ServeError, listen
from tests.bot.notify.receivers import Mailbox, mail_server
from tests.bot.notify.test_mail import LETTER
from tests.patience import wait_for
from tests.served import Served


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} on 127.0.0.1 is taken: .* --port"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_one_sentence(host):
    with pytest.raises(ServeError, match="give an address of this machine") as told:
        listen(host, 0)
    assert "attempting" not in str(told.value)
    assert "Unknown error" not in str(told.value)


def test_the_command_ends_with_status_1_where_the_port_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "bot", "serve", "--port", port, "--data", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "Traceback" not in ended.stderr


def test_a_server_that_is_told_to_end_brings_the_mail_to_its_end_that_is_on_its_way(tmp_path):
    with mail_server(box := Mailbox()) as mail:
        box.held.set()
        served = Served(
            tmp_path / "var",
            tmp_path / "articles",
            mail=mail.model_dump_json(),
            public_url="https://shop.example",
        )
        served.start()
        try:
            outbox = Outbox(open_engine(None, tmp_path / "var"))
            what = {"ticket": None, "audience": "team", "channel": "email", "target": "anna@kestrel.example"}
            id = outbox.post(**what, event="trial", document=LETTER.document(), now=datetime.now(UTC))
            wait_for(lambda: box.shown == 1)
            served.server.terminate()
            wait_for(lambda: not listens(served.port))
            box.held.clear()
            assert served.server.wait(60) == 0
        finally:
            served.kill()
    assert outbox.notice(id).state == "sent"
    assert len(box.raw) == 1


def listens(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def test_the_server_imports_its_pages_only_to_serve_them():
    code = "import sys, bot.server; print({'gradio', 'fastapi', 'uvicorn', 'torch'} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "set()"
