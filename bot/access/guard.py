"""What tells an honest request: where it comes from."""

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

LONGEST_ADDRESS = 64
"""Of one that is none: characters that are kept."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_local(scope: Scope) -> bool:
    """Whether a request comes from this machine, was sent to it by name, and by no other site's page.

    A forwarding header means that somebody else is asking through a proxy: it is never trusted.
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    origin = headers.get("origin")
    return (
        client is not None
        and is_loopback(client[0])
        and is_loopback(_host(f"//{headers.get('host', '')}"))
        and (origin is None or is_loopback(_host(origin)))
        and not is_forwarded(scope)
    )


def is_forwarded(scope: Scope) -> bool:
    """Whether a request says that it was passed on by a proxy."""
    headers = Headers(scope=scope)
    return any(name in headers for name in _FORWARDED)


def shows_page(scope: Scope) -> bool:
    """Whether a browser shows what comes back."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def is_own(scope: Scope, also: Collection[str] = ()) -> bool:
    """Whether a page of ours asks, or of the origins `also` allowed, or a program that is no browser."""
    headers = Headers(scope=scope)
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin is not None and origin in also:
        return True
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own for itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def network(address: str) -> str:
    """One household or office: of an IPv6 address, the half that its holder can't choose freely."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:LONGEST_ADDRESS]
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or int(known) >> 64)
    return str(known)
