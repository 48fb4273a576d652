"""Channels: the ways by which somebody is told, as an operator sets them."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from bot.fault import BotError
from bot.notify.notice import Notice, Outcome
from bot.waiting.queue import Address

SHORTEST_SECRET = 24
"""Bytes; the published scheme asks for 24 to 64."""
SECRET_PREFIX = "whsec_"

Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]+$", max_length=253)]


class ChannelError(BotError):
    """A channel that can't be used as it is set: which one, and what to do."""


class Channel(Protocol):
    """A way to tell somebody."""

    def deliver(self, notice: Notice) -> Outcome:
        """One attempt; whatever the other side does is an outcome, never an error."""


class MailSettings(BaseModel):
    """The server that takes our mail, and who gets it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Host = Field(description="the mail server's name")
    port: int = Field(587, ge=1, le=65535, description="its port: 587 with starttls, 465 with tls")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none for a server on this machine"
    )
    user: str | None = Field(None, description="the name to log in with, if one is needed")
    password: SecretStr | None = Field(None, description="its password; better is password_file")
    password_file: Path | None = Field(None, description="a file that holds the password and nothing else")
    ca_file: Path | None = Field(None, description="certificates to trust beside the system's")
    sender: Address = Field(description="the address that mail comes from")
    reply_to: Address | None = Field(None, description="an address that people read, for answers")
    to: tuple[Address, ...] = Field(
        (), description="addresses that are told of tickets whose queue has none of its own"
    )

    def secret(self) -> str | None:
        """The password, None where there is none; raises ChannelError."""
        return _secret("mail.password_file", self.password, self.password_file)


class WebhookSettings(BaseModel):
    """An address of another program that is told of every ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_private: bool = Field(
        False, description="true or false: may it be on this machine or in its own network"
    )
    url: str = Field(
        description="a web address that begins with https://, or with http:// where allow_private is true"
    )
    secret: SecretStr | None = Field(
        None, description='"whsec_" and at least 24 random bytes in base64: openssl rand -base64 32'
    )
    secret_file: Path | None = Field(None, description="a file that holds the secret and nothing else")
    queues: tuple[str, ...] = Field((), description="names of queues, where it is told of no others")

    @field_validator("url")
    @classmethod
    def _can_be_posted_to(cls, url: str, others: ValidationInfo) -> str:
        return _reachable(url, private=bool(others.data.get("allow_private")))

    @field_validator("secret")
    @classmethod
    def _is_long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            key(secret.get_secret_value())
        return secret

    @property
    def name(self) -> str:
        """What it is called on a ticket: the host alone, since a path can be as secret as a password."""
        return urlsplit(self.url).netloc

    def signing_secret(self) -> str:
        """The secret; raises ChannelError where it is missing or too short."""
        found = _secret(f"the secret_file of {self.name}", self.secret, self.secret_file)
        if found is None:
            raise ChannelError(f"the webhook {self.name} has no secret: set secret or secret_file for it")
        try:
            key(found)
        except ValueError as error:
            raise ChannelError(f"the secret of the webhook {self.name} can't be used: {error}") from error
        return found


class ChatwootSettings(BaseModel):
    """A Chatwoot whose agent bot we are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_private: bool = Field(
        False, description="true or false: may it be on this machine or in its own network"
    )
    url: str = Field(
        description="its web address, which begins with https://, or with http:// where allow_private is true"
    )
    account: int = Field(ge=1, description="the number of the account there, as in its pages' addresses")
    token: SecretStr | None = Field(None, description="the agent bot's access token; better is token_file")
    token_file: Path | None = Field(None, description="a file that holds the token and nothing else")
    secret: SecretStr | None = Field(
        None, description="the agent bot's webhook secret; better is secret_file"
    )
    secret_file: Path | None = Field(None, description="a file that holds the secret and nothing else")

    @field_validator("url")
    @classmethod
    def _can_be_called(cls, url: str, others: ValidationInfo) -> str:
        return _reachable(url, private=bool(others.data.get("allow_private"))).rstrip("/")

    def access_token(self) -> str:
        """What we show to its API; raises ChannelError."""
        return _needed("token", self.token, self.token_file)

    def signing_secret(self) -> str:
        """What it signs with; raises ChannelError."""
        return _needed("secret", self.secret, self.secret_file)


def key(secret: str) -> bytes:
    """The bytes of a secret; raises ValueError."""
    try:
        found = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(found) < SHORTEST_SECRET:
        raise ValueError(f"it should have at least {SHORTEST_SECRET} bytes")
    return found


def _reachable(url: str, *, private: bool) -> str:
    """The address, if a program can be reached by it, without TLS only if it is near; raises ValueError."""
    parts = urlsplit(url)
    schemes = {"http", "https"} if private else {"https"}
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme not in schemes or not parts.hostname or parts.port == 0:
        raise ValueError("no web address to post to")
    if parts.username is not None or parts.fragment:
        raise ValueError("holds what belongs elsewhere")
    return url


def _needed(name: str, given: SecretStr | None, file: Path | None) -> str:
    found = _secret(f"chatwoot.{name}_file", given, file)
    if found is None:
        raise ChannelError(f"chatwoot has no {name}: set {name} or {name}_file for it")
    return found


def _secret(where: str, given: SecretStr | None, file: Path | None) -> str | None:
    """What was given, else what a file holds, None where neither is; raises ChannelError."""
    if given is not None:
        return given.get_secret_value()
    if file is None:
        return None
    try:
        return file.read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise ChannelError(f"{where}: {file} can't be read: {reason}") from error
