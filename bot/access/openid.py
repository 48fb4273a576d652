"""Signing in by OpenID Connect: another server says who somebody is, ours what that lets them do."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from bot import contact
from bot.access.guard import is_loopback
from bot.access.user import LONGEST_SHOWN, ROLES, Role
from bot.fault import BotError
from bot.single_line import single_line

if TYPE_CHECKING:
    from authlib.integrations.starlette_client.apps import StarletteOAuth2App

SECONDS_FOR_A_VISIT = 600
SECONDS_TO_ANSWER = 10
LONGEST_ERROR = 80
"""Of what an answer says went wrong: a code such as access_denied, though anybody can write one."""
SAFE = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make; whatever else it lists is not taken."""

_OF_AN_ADDRESS = frozenset({"email", "email_verified"})
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MISSHAPEN = (ValueError, KeyError, TypeError, AttributeError)
"""What the library raises over an answer of a shape that it did not expect."""


class OpenIdSettings(BaseModel):
    """The provider, and whom it may send here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str = Field(description="the provider's address, such as https://login.shop.example/realms/staff")
    client_id: str = Field(min_length=1, description="what the provider knows this server by")
    client_secret: SecretStr | None = Field(None, description="what the provider gave with the client_id")
    name: str = Field("your organisation", description='what people know the provider by: "Sign in with …"')
    claim: str = Field("groups", description="the claim that says who somebody is, such as groups")
    roles: dict[str, Role] = Field(
        {}, description='roles by what the claim holds, such as {support = "agent", leads = "editor"}'
    )
    people: dict[str, Role] = Field(
        {}, description='roles by confirmed e-mail address, such as {"maja@shop.example" = "admin"}'
    )

    @field_validator("issuer")
    @classmethod
    def _is_secure(cls, value: str) -> str:
        found = re.fullmatch(r"(https?)://(\[[^\]]+\]|[^/:?#]+)[^?#\s]*", value)
        if not found or (found[1] == "http" and not is_loopback(found[2].strip("[]"))):
            raise ValueError("not an address over https")
        return value.rstrip("/")


class OpenIdError(BotError):
    """What the provider did not confirm, or could not: nobody is let in."""


class Unwelcome(OpenIdError):
    """The provider did confirm who somebody is, but nothing here is open to them."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered in the browser while somebody is at the provider."""

    state: str
    nonce: str
    verifier: str
    onward: str
    begun: int
    """Seconds since 1970."""

    def text(self) -> str:
        return json.dumps([self.state, self.nonce, self.verifier, self.onward, self.begun])


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is, as the provider says, and what they may do here."""

    subject: str
    """A digest of the provider and of the number that it knows them by."""
    name: str
    """They would like to have; their account may get another."""
    shown: str
    email: str | None
    role: Role


def visit_in(text: str | None) -> Visit | None:
    """The visit that a browser remembers, None where there is none or it took too long."""
    try:
        visit = Visit(*json.loads(text or ""))
        return visit if 0 <= time.time() - visit.begun <= SECONDS_FOR_A_VISIT else None
    except (ValueError, TypeError):
        return None


class OpenId:
    """The way to the provider and back."""

    def __init__(self, settings: OpenIdSettings) -> None:
        self.settings = settings
        self._provider: StarletteOAuth2App | None = None

    async def begin(self, back: str, onward: str) -> tuple[str, Visit]:
        """The address at the provider to send the browser to, and the visit to be remembered.

        `back` is our own address to come back to. Raises OpenIdError.
        """
        provider = await self._known_provider()
        sent = await provider.create_authorization_url(back)
        return sent["url"], Visit(
            sent["state"], sent["nonce"], sent["code_verifier"], onward, int(time.time())
        )

    async def end(self, visit: Visit, answer: Mapping[str, str], back: str) -> Known:
        """Who came back with this answer; raises OpenIdError where the provider does not say so."""
        if answer.get("state") != visit.state:
            raise OpenIdError("this is no answer to what this browser asked: sign in again")
        if "code" not in answer:
            said = single_line(answer.get("error"), LONGEST_ERROR) or "nothing"
            raise OpenIdError(f"the provider said: {said}")
        provider = await self._known_provider()
        claims = await self._claims(provider, answer["code"], visit, back)
        role = self._role(claims)
        if role is None:
            raise Unwelcome("this account has no role here: ask who runs this desk")
        return _known(self.settings.issuer, claims, role)

    async def _claims(
        self, provider: "StarletteOAuth2App", code: str, visit: Visit, back: str
    ) -> Mapping[str, Any]:
        """What the provider signed about whoever this code was given to."""
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        try:
            token = await provider.fetch_access_token(
                redirect_uri=back, code=code, code_verifier=visit.verifier
            )
            claims = dict(await provider.parse_id_token(token, visit.nonce) or {})
            wanted = {self.settings.claim, *(_OF_AN_ADDRESS if self.settings.people else ())}
            if wanted - claims.keys() and "userinfo_endpoint" in provider.server_metadata:
                claims = _joined(claims, await provider.userinfo(token=token))
        except (AuthlibBaseError, JoseError, HTTPError, RuntimeError, *MISSHAPEN) as error:
            raise OpenIdError(f"the provider's answer can't be trusted ({type(error).__name__})") from error
        if not claims.get("sub"):
            raise OpenIdError("the provider did not say who this is")
        return claims

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """The highest role that the claim or the confirmed address gives."""
        held = claims.get(self.settings.claim)
        values = held if isinstance(held, list) else [held]
        names = [value for value in values if isinstance(value, str)]
        given = [self.settings.roles[name] for name in names if name in self.settings.roles]
        address = _confirmed(claims)
        people = {email.casefold(): role for email, role in self.settings.people.items()}
        if address and address.casefold() in people:
            given.append(people[address.casefold()])
        return max(given, key=ROLES.index, default=None)

    async def _known_provider(self) -> "StarletteOAuth2App":
        """The provider with what it says of itself, read at the first time it is needed."""
        from httpx2 import HTTPError

        provider = self._provider or self._new()
        try:
            told = await provider.load_server_metadata()
        except (HTTPError, *MISSHAPEN) as error:
            raise OpenIdError("the provider can't be reached at the moment: try again later") from error
        if str(told.get("issuer", "")).rstrip("/") != self.settings.issuer:
            raise OpenIdError(
                f"the provider calls itself {told.get('issuer')!r}: mend the setting openid.issuer"
            )
        if missing := [key for key in NEEDED if not isinstance(told.get(key), str)]:
            raise OpenIdError(f"the provider does not tell its {missing[0]}: mend the setting openid.issuer")
        offered = told.get("id_token_signing_alg_values_supported")
        listed = offered if isinstance(offered, list) else ["RS256"]
        told["id_token_signing_alg_values_supported"] = [one for one in listed if one in SAFE]
        self._provider = provider
        return provider

    def _new(self) -> "StarletteOAuth2App":
        from authlib.integrations.starlette_client.apps import StarletteOAuth2App

        secret = self.settings.client_secret
        return StarletteOAuth2App(
            None,
            name="openid",
            client_id=self.settings.client_id,
            client_secret=secret.get_secret_value() if secret else None,
            server_metadata_url=f"{self.settings.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": SECONDS_TO_ANSWER,
            },
        )


def _joined(claims: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The claims with what userinfo says more of the same person.

    An address and whether it is confirmed are taken from one of the two: each may know another address.
    """
    if more.get("sub") != claims.get("sub"):
        return dict(claims)
    whole = claims.keys() >= _OF_AN_ADDRESS
    own = {key: value for key, value in claims.items() if whole or key not in _OF_AN_ADDRESS}
    return {**more, **own}


def _known(issuer: str, claims: Mapping[str, Any], role: Role) -> Known:
    address = _confirmed(claims)
    named = claims.get("preferred_username") or address or ""
    shown = (single_line(str(one), LONGEST_SHOWN) for one in (claims.get("name") or "", named))
    given = contact.read(None, address)
    return Known(
        subject=sha256(f"{issuer}\n{claims['sub']}".encode()).hexdigest(),
        name=str(named)[:64].strip().casefold(),
        shown=next(filter(None, shown), "Staff"),
        email=given.email if given else None,  # one that no mail can be sent to keeps nobody out
        role=role,
    )


def _confirmed(claims: Mapping[str, Any]) -> str | None:
    """The e-mail address, if the provider has made sure of it."""
    address = claims.get("email")
    return address if isinstance(address, str) and claims.get("email_verified") is True else None
