"""Connections to addresses that an operator set: only to where they may go, and never for too long."""

import http.client
import os
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from bot.fault import BotError

SECONDS = 10.0
"""For each step: to connect, to send, to hear something."""
DEADLINE = 30.0
"""For all of them, however slowly the other side drips."""
LONGEST_READ = 2000
_EMBEDDING = ip_network("64:ff9b::/96")
"""IPv6 addresses that lead to the IPv4 address in their last four bytes."""


class Unreachable(BotError):
    """The other side can't be talked to: why, for the ticket and its operator."""


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What a web server said."""

    status: int
    text: str


def post(url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool) -> WebAnswer:
    """The answer to a POST; redirects are not followed, proxies not asked. Raises Unreachable."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    with reached():
        plain = opened(host, port, allow_private=allow_private)
        with cut_off(plain, "the server"):
            connection.sock = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
            )
            try:
                connection.request("POST", path, body, dict(headers))
                answer = connection.getresponse()
                text = answer.read(LONGEST_READ).decode("utf-8", "replace")
                return WebAnswer(answer.status, text)
            finally:
                connection.close()


def opened(host: str, port: int, *, allow_private: bool) -> socket.socket:
    """A connection to the host, checked by the very address that is connected to; raises Unreachable.

    All of its addresses together have the time of one step.
    """
    addresses = _addresses(host, port)
    private = [address for address in addresses if not is_public(address)]
    if private and not allow_private:
        raise Unreachable(
            f"{host} is {private[0]}, an address of this machine or its network: "
            "set allow_private = true for it in the settings if that is meant"
        )
    fault: OSError | None = None
    for address in addresses:
        try:
            connection = socket.create_connection((str(address), port), timeout=SECONDS / len(addresses))
        except OSError as error:
            fault = error
        else:
            connection.settimeout(SECONDS)
            return connection
    raise Unreachable(f"{host}, port {port}: {_reason(fault)}") from fault


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the internet at large, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        if address in _EMBEDDING:
            return is_public(IPv4Address(address.packed[-4:]))
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


@contextmanager
def reached() -> Iterator[None]:
    """Turns what goes wrong on the way into Unreachable, with a reason for people."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(_reason(error)) from error


@contextmanager
def cut_off(connection: socket.socket, whose: str) -> Iterator[None]:
    """Ends the connection when the time is up, even in the middle of something.

    Whatever goes wrong from then on goes wrong because of that: raises Unreachable, with `whose` it is.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        try:
            raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended by itself
        finally:
            raw.close()

    # A second handle on the same connection: TLS takes the first one over and closes it.
    raw = socket.socket(fileno=os.dup(connection.fileno()))
    timer = threading.Timer(DEADLINE, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:  # smtplib's are of the first kind
        if not over.is_set():
            raise
        raise Unreachable(f"{whose} took longer than {DEADLINE:g} seconds in all") from error
    finally:
        timer.cancel()
        raw.close()


def _addresses(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host}: no such name can be found") from error
    return list(dict.fromkeys(ip_address(str(place[4][0]).partition("%")[0]) for place in found))


def _reason(error: Exception | None) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate can't be trusted: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, http.client.HTTPException | ConnectionError):
        return "the connection broke off"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__
