"""The cookies: the key of a session and the nonce of a form, signed, and out of every script's reach.

One more tells our own scripts whose drafts a browser keeps.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Literal

from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

Kind = Literal["session", "form", "openid", "owner"]
_READABLE: frozenset[Kind] = frozenset({"owner"})
"""What a script may read: it opens nothing."""


class Cookies:
    """Reads and writes them; `https` says that browsers come over it, though a proxy may hide that."""

    def __init__(self, secret: str, *, https: bool) -> None:
        self._secret = secret
        self._https = https

    def read(self, scope: Scope, kind: Kind) -> str | None:
        """What a cookie holds, None for one that was not signed here."""
        sent = cookie_parser(Headers(scope=scope).get("cookie", ""))
        try:
            return _plain(self._signer(kind).unsign(sent.get(self._name(scope, kind), "")))
        except (BadSignature, ValueError):
            return None

    def give(self, scope: Scope, response: Response, kind: Kind, value: str) -> None:
        """Has the browser keep it until it is closed."""
        # Lax: a link in a mail to an agent opens the desk, another site's form comes without the cookie.
        response.set_cookie(
            self._name(scope, kind),
            self.sealed(kind, value),
            path="/",
            secure=self._secure(scope),
            httponly=kind not in _READABLE,
            samesite="lax",
        )

    def sealed(self, kind: Kind, value: str) -> str:
        """A value as it stands in its cookie."""
        return self._signer(kind).sign(_encoded(value)).decode()

    def take(self, scope: Scope, response: Response, kind: Kind) -> None:
        response.delete_cookie(
            self._name(scope, kind),
            path="/",
            secure=self._secure(scope),
            httponly=kind not in _READABLE,
            samesite="lax",
        )

    def _secure(self, scope: Scope) -> bool:
        return self._https or scope.get("scheme") == "https"

    def _name(self, scope: Scope, kind: Kind) -> str:
        """With the prefix that keeps other hosts of the same domain from planting one."""
        return f"__Host-askdesk-{kind}" if self._secure(scope) else f"askdesk-{kind}"

    def _signer(self, kind: Kind) -> Signer:
        return Signer(self._secret, f"askdesk cookie {kind}", key_derivation="hmac", digest_method=sha256)


def _encoded(value: str) -> bytes:
    """In letters and digits that no browser and no proxy takes for anything else."""
    return urlsafe_b64encode(value.encode()).rstrip(b"=")


def _plain(encoded: bytes) -> str:
    return urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)).decode()
