"""A small OpenID provider on loopback: it signs in whoever comes as the person it is told, without asking."""

import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "askdesk", "a secret that the provider gave"
Change = Callable[[dict[str, Any]], dict[str, Any]]


def _same(claims: dict[str, Any]) -> dict[str, Any]:
    return claims


@dataclass
class Provider:
    """What it says can be bent by a test."""

    address: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    change: Change = _same
    """Of the claims, before they are signed."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signs_with: RSAKey | OctKey | None = None
    algorithm: str = "RS256"
    offers: tuple[str, ...] = ("RS256", "HS256", "none")
    told_by_userinfo: Any = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    """What is told in place of what ought to be: `about`, or `parts` of it, `token`, `keys`."""
    asked: dict[str, str] = field(default_factory=dict)
    """What the last browser was sent with."""
    _given: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._about),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _about(self, _: Request) -> Response:
        if "about" in self.says:
            return JSONResponse(self.says["about"])
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "userinfo_endpoint": "userinfo",
        }
        return JSONResponse(
            {
                "issuer": self.address,
                **{name: f"{self.address}/{path}" for name, path in places.items()},
                "id_token_signing_alg_values_supported": list(self.offers),
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                **self.says.get("parts", {}),
            }
        )

    async def _authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        assert self.asked["client_id"] == CLIENT
        assert self.asked["response_type"] == "code"
        code = secrets.token_urlsafe()
        self._given[code] = self.asked
        back = urlencode({"code": code, "state": self.asked["state"]})
        return RedirectResponse(f"{self.asked['redirect_uri']}?{back}", 302)

    async def _token(self, request: Request) -> Response:
        sent = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        given = self._given.pop(sent.get("code", ""), None)
        if given is None or not self._honest(request, sent, given):
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": given["nonce"]}
        signed = self._signed(self.change({**claims, **self.person}))
        if "token" in self.says:
            return JSONResponse(self.says["token"])
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "id_token": signed})

    def _honest(self, request: Request, sent: dict[str, str], given: dict[str, str]) -> bool:
        """Client, secret, address to come back to, and the proof that the same server asked."""
        kind, _, coded = request.headers.get("authorization", "").partition(" ")
        proof = urlsafe_b64encode(sha256(sent.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        return (
            kind == "Basic"
            and unquote(b64decode(coded).decode().replace("+", " ")) == f"{CLIENT}:{SECRET}"
            and sent.get("redirect_uri") == given["redirect_uri"]
            and given["code_challenge_method"] == "S256"
            and proof.decode() == given["code_challenge"]
        )

    def _signed(self, claims: dict[str, Any]) -> str:
        header = {"alg": self.algorithm, "kid": "one"}
        if self.algorithm == "none":
            parts = (str(part).replace("'", '"').encode() for part in (header, claims))
            return ".".join([*(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])
        return jwt.encode(header, claims, self.signs_with or self.key, algorithms=[self.algorithm])

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(self.says.get("keys", {"keys": [self.key.as_dict(private=False)]}))

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer opaque"
        return JSONResponse(self.told_by_userinfo)
