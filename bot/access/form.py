"""Forms: a token in each says that it came from a page of ours, in this browser and this session."""

import secrets
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import Response
from starlette.types import Scope

from bot.access.cookie import Cookies

SECONDS_VALID = 12 * 3600
NONCE_BYTES = 16


class Forms:
    """Makes the tokens and checks them: each is bound to a cookie of its browser, and to its session."""

    def __init__(self, secret: str, cookies: Cookies) -> None:
        self._cookies = cookies
        self._signer = URLSafeTimedSerializer(
            secret,
            "askdesk form",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    def nonce(self, scope: Scope) -> str:
        """The browser's nonce, or a new one, which the response has to give to it."""
        return self._cookies.read(scope, "form") or secrets.token_urlsafe(NONCE_BYTES)

    def token(self, scope: Scope, nonce: str) -> str:
        return self._signer.dumps([nonce, self._session(scope)])

    def give(self, scope: Scope, response: Response, nonce: str) -> None:
        self._cookies.give(scope, response, "form", nonce)

    def genuine(self, scope: Scope, token: str) -> bool:
        """Whether the token was made for this browser and session, not long ago."""
        nonce = self._cookies.read(scope, "form")
        try:
            return nonce is not None and self._signer.loads(token, max_age=SECONDS_VALID) == [
                nonce,
                self._session(scope),
            ]
        except BadData:
            return False

    def _session(self, scope: Scope) -> str:
        return sha256((self._cookies.read(scope, "session") or "").encode()).hexdigest()
