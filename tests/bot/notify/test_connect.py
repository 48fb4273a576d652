import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import ip_address

import pytest

from bot.notify import connect
from bot.notify.connect import Unreachable, is_public, opened
from tests.bot.notify.receivers import Receiver, hook, web_server
from tests.bot.notify.test_webhook import delivered, notice


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.1.2.3", "10.0.0.8", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.7", "198.18.0.1", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
    ],
)
def test_an_address_of_this_machine_its_network_or_none_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ip_address(address))


def test_a_private_address_is_refused_before_anything_is_sent():
    with web_server(receiver := Receiver()) as url:
        outcome = delivered(url.replace("http:", "https:"), allow_private=False)
    assert not outcome.accepted
    assert "allow_private = true" in outcome.answer
    assert receiver.heard == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "::1"])
def test_no_spelling_of_this_machine_gets_through(host):
    with pytest.raises(Unreachable):
        opened(host, 80, allow_private=False)


def test_a_name_that_leads_to_a_private_address_among_others_is_refused(monkeypatch):
    found = [(2, 1, 6, "", ("1.1.1.1", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Unreachable, match=r"10\.0\.0\.1"):
        opened("rebind.example", 443, allow_private=False)


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch):
    """A name that is looked up a second time could lead elsewhere by then."""
    asked, called = [], []

    def look_up(host, port, **_):
        asked.append(host)
        return [(2, 1, 6, "", ("1.1.1.1" if len(asked) == 1 else "127.0.0.1", port))]

    def call(place, timeout):
        called.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", call)
    with pytest.raises(Unreachable, match="nobody listens"):
        opened("rebind.example", 443, allow_private=False)
    assert (asked, called) == (["rebind.example"], [("1.1.1.1", 443)])


def test_all_addresses_of_a_name_together_have_the_time_of_one_step(monkeypatch):
    found = [(2, 1, 6, "", (f"1.1.1.{number}", 443)) for number in range(1, 5)]
    seconds = []

    def call(_place, timeout):
        seconds.append(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", call)
    with pytest.raises(Unreachable, match="no answer in time"):
        opened("slow.example", 443, allow_private=False)
    assert seconds == [connect.SECONDS / 4] * 4


def test_a_name_that_does_not_exist_is_told():
    with pytest.raises(Unreachable, match="no such name"):
        opened("no-such-host.invalid", 443, allow_private=False)


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer():
            with suppress(ssl.SSLError, ConnectionError):
                context.wrap_socket(listening.accept()[0], server_side=True)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://127.0.0.1:{listening.getsockname()[1]}/"
        outcome = delivered(url, notice(url))
        thread.join()
    assert outcome.answer.startswith("its certificate can't be trusted")


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with web_server(receiver := Receiver()) as url:
        assert delivered(url).accepted
    assert len(receiver.heard) == 1
    assert hook(url).name in url
    assert "hook" not in hook(url).name
    assert connect.SECONDS * 2 < connect.DEADLINE
