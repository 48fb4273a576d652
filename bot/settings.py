"""Settings: defaults, then `askdesk.toml`, then ASKDESK_* of the environment, then the command's own."""

import json
import os
import re
import tomllib
from datetime import timedelta
from importlib.resources.abc import Traversable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.access.openid import OpenIdSettings
from bot.fault import BotError
from bot.glossary import Unspeakable, check
from bot.notify.channel import ChatwootSettings, MailSettings, WebhookSettings
from bot.phrase import FOLDER, languages_in, speak_also
from bot.takeover.canned import Canned
from bot.waiting.hours import ALWAYS, Hours
from bot.waiting.queue import Queue
from bot.wrong_setting import PREFIX, nearest, sentence, shown, where

FILE_VARIABLE = "ASKDESK_SETTINGS"
FILE_NAME = "askdesk.toml"
NOT_SETTINGS = frozenset({FILE_VARIABLE, "ASKDESK_PROGRESS", "ASKDESK_BY"})
"""Variables of the same prefix that tell how to run, not what to do."""


class SettingsError(BotError):
    """A setting that can't be used: which one, its value, and what would be right."""


class _Toml(TomlConfigSettingsSource):
    """A TOML file as any editor saves it: some put an invisible mark before the text."""

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        return tomllib.loads(file_path.read_text("utf-8-sig"))


class Settings(BaseSettings):
    """Everything an operator can set. Field descriptions say what is right, for error messages too."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX)

    data: Path = Field(Path("var"), description="a folder for the index and the database")
    articles: Path = Field(Path("articles"), description="the folder of articles")
    model: str = Field("multilingual-e5-small", description="a sentence-transformers model, by name or path")
    allow_download: bool = Field(False, description="true or false: may a model be fetched from the internet")
    wrong_answers: float = Field(
        0.05,
        ge=0.001,
        le=0.5,
        description="a share between 0.001 and 0.5, such as 0.05 for five in a hundred",
    )
    host: str = Field("127.0.0.1", min_length=1, description="an address to listen on, for example 127.0.0.1")
    port: int = Field(7860, ge=0, le=65535, description="a whole number from 0 to 65535 (0: any free port)")
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        ("en", "da", "pl", "ar", "zh"),
        min_length=1,
        description='language codes of the chat page, for example ["en", "da"]',
    )
    phrases: Path | None = Field(
        None,
        description="a folder of phrases in more languages, such as phrases with a file de.toml in it",
    )
    database_url: str | None = Field(
        None,
        description="a database address such as postgresql+psycopg://…; unset: SQLite in the data folder",
    )
    company: str = Field(
        "Askdesk", min_length=1, max_length=80, description="the name that customers know you by"
    )
    person_hours: Annotated[dict[str, str], NoDecode] = Field(
        {},
        description='words per language on when people answer, such as {"en": "Monday to Friday, 9 to 17"}',
    )
    silence_minutes: float = Field(
        5,
        ge=0,
        le=1440,
        description="minutes from 0 to 1440 after which the chat asks whether there is more; 0: never",
    )
    max_message: int = Field(
        2000, ge=50, le=20000, description="the longest message in characters, from 50 to 20000"
    )

    pace_conversation: int = Field(
        30,
        ge=3,
        le=1_000_000,
        description="questions and messages a minute that are taken in one conversation, from 3 to 1000000",
    )
    pace_address: int = Field(
        300,
        ge=3,
        le=1_000_000,
        description="questions and messages a minute that are taken from one address, from 3 to 1000000",
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="web addresses of the sites that may show the chat in a frame and call the interface, "
        'for example ["https://shop.example"]',
    )

    hours: Annotated[Hours | None, NoDecode] = Field(
        None, description='opening hours, such as {zone = "Europe/Copenhagen", monday = "9:00-17:00"}'
    )
    queues: Annotated[tuple[Queue, ...], NoDecode] = Field(
        (), description='queues with names of their own, such as [{name = "Nordic", languages = ["da"]}]'
    )
    wait_longest_minutes: float = Field(
        10,
        ge=1,
        le=480,
        description="opening minutes from 1 to 480 that a customer waits before the chat apologises and asks "
        "how to go on",
    )
    answer_hours: float = Field(
        8,
        ge=0.5,
        le=168,
        description="opening hours from 0.5 to 168 within which a promised e-mail or call is due",
    )
    canned: Annotated[tuple[Canned, ...], NoDecode] = Field(
        (),
        description="replies at hand for agents, such as "
        '[{title = "Hello", en = "Hello {name}, this is {agent}."}]',
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?$",
        description="the web address that customers reach the chat by, for links in mails, "
        "for example https://help.shop.example",
    )
    mail: Annotated[MailSettings | None, NoDecode] = Field(
        None,
        description='a mail server, such as {host = "mail.shop.example", sender = "help@shop.example", '
        'to = ["team@shop.example"]}',
    )
    webhooks: Annotated[tuple[WebhookSettings, ...], NoDecode] = Field(
        (), description='programs that are told, such as [{url = "https://…", secret_file = "hook.secret"}]'
    )
    chatwoot: Annotated[ChatwootSettings | None, NoDecode] = Field(
        None,
        description='a Chatwoot whose agent bot we are, such as {url = "https://chat.shop.example", '
        'account = 1, token_file = "chatwoot.token", secret_file = "chatwoot.secret"}',
    )
    proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="addresses or networks of the proxies in front whose forwarding headers are true, "
        'for example ["10.0.0.0/8"]',
    )
    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="at least 32 random characters that cookies are signed with, the same on every server; "
        "unset: made once and kept in the data folder",
    )
    openid: Annotated[OpenIdSettings | None, NoDecode] = Field(
        None,
        description='who says who people are, such as {issuer = "https://login.shop.example", '
        'client_id = "askdesk", roles = {support = "agent"}}',
    )
    session_idle: int = Field(
        120, ge=5, le=1440, description="minutes without a sign of life that end a session, 5 to 1440"
    )
    session_longest: int = Field(
        12, ge=1, le=168, description="hours after which everybody signs in again, 1 to 168"
    )

    @field_validator("languages", "embed_origins", "proxies", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(
                value.replace("[", " ").replace("]", " ").replace('"', " ").replace(",", " ").split()
            )
        return value

    @field_validator("embed_origins")
    @classmethod
    def _look_like_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        origins = tuple(origin.rstrip("/") for origin in value)
        if not all(re.fullmatch(r"https?://[a-z0-9.:-]+", origin) for origin in origins):
            raise ValueError("not web addresses")
        return origins

    @field_validator("public_url")
    @classmethod
    def _ends_without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @field_validator("proxies")
    @classmethod
    def _look_like_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @field_validator(
        "person_hours", "hours", "queues", "canned", "mail", "webhooks", "chatwoot", "openid", mode="before"
    )
    @classmethod
    def _parse(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("queues")
    @classmethod
    def _have_own_names(cls, value: tuple[Queue, ...]) -> tuple[Queue, ...]:
        if len({queue.name.casefold() for queue in value}) < len(value):
            raise ValueError("two of the same name")
        return value

    @field_validator("languages")
    @classmethod
    def _look_like_codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(2 <= len(code) <= 3 and code.isascii() and code.islower() for code in value):
            raise ValueError("not language codes")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _Toml(settings_cls, _file())

    @property
    def public_origin(self) -> str | None:
        """The public address as a browser names it as the origin of what it sends."""
        return "/".join(self.public_url.split("/")[:3]) if self.public_url else None

    @property
    def patience(self) -> timedelta:
        """How long a customer waits before they are asked how to go on."""
        return timedelta(minutes=self.wait_longest_minutes)

    def page_language(self, asked: object) -> str:
        """The language of a chat page that asks for this one: the first where the chat has no such pages."""
        return next((code for code in self.languages if code == asked), self.languages[0])

    def hours_of(self, queue: str | None) -> Hours:
        """When the people of a queue are there."""
        own = next((one.hours for one in self.queues if one.name == queue), None)
        return own or self.hours or ALWAYS

    def hours_in_words(self, language: str) -> str | None:
        """When people answer, in that language; None where the operator hasn't said it."""
        return self.person_hours.get(language)


def load(**overrides: object) -> Settings:
    """The settings in force; an override of None counts as not given. Raises SettingsError."""
    _refuse_unknown_variables()
    _refuse_what_is_no_file()
    given: dict[str, Any] = {key: value for key, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{_file()}: this is not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{_file()}: not UTF-8; save the file as UTF-8 text") from error
    except ValidationError as error:
        raise SettingsError(sentence(error, Settings)) from error
    except OSError as error:
        raise SettingsError(f"{_file()}: can't be read: {error.strerror}") from error
    _refuse_the_speechless(settings)
    _refuse_the_unreachable(settings)
    _refuse_the_same_address(settings)
    speak_also(settings.phrases)
    return settings


def _refuse_the_speechless(settings: Settings) -> None:
    """Every language of the page needs phrases, and the operator's own must be as ours are."""
    folder = settings.phrases
    if folder is not None and not folder.is_dir():
        raise SettingsError(
            f"{where('phrases')} is {shown(('phrases',), str(folder))}: there is no such folder"
        )
    try:
        for path in sorted(folder.glob("*.toml")) if folder else ():
            check(path)
    except Unspeakable as error:
        raise SettingsError(str(error)) from error
    known = languages_in(FOLDER, *([folder] if folder else []))
    for code in settings.languages:
        if code not in known:
            remedy = f"add a file {code}.toml to the folder that the setting phrases names, or leave it out"
            there_are = f"there are {', '.join(known)}"
            raise SettingsError(
                f"{where('languages')} holds {code!r}, which has no phrases; {there_are}: {remedy}"
            )


def _refuse_the_unreachable(settings: Settings) -> None:
    """A mail leads back to the chat, and a webhook is told of queues that there are."""
    needing = [name for name in ("mail", "chatwoot") if getattr(settings, name) is not None]
    if needing and settings.public_url is None:
        right = Settings.model_fields["public_url"].description
        missing = f"{where('public_url')} is missing, which {needing[0]} needs"
        raise SettingsError(f"{missing}: it should be {right}")
    known = {queue.name for queue in settings.queues}
    for place, hook in enumerate(settings.webhooks):
        for name in sorted(set(hook.queues) - known):
            there_are = ", ".join(sorted(known)) or "none"
            raise SettingsError(
                f"{where('webhooks', place, 'queues')} holds {name!r}: there is no such queue; "
                f"there are {there_are}"
            )


def _refuse_the_same_address(settings: Settings) -> None:
    """Two webhooks of one address would both be signed with the secret of one."""
    addresses = [hook.url for hook in settings.webhooks]
    for place, address in enumerate(addresses):
        first = addresses.index(address)
        if first < place:
            raise SettingsError(
                f"{where('webhooks', place, 'url')} is that of webhook {first + 1}, too: "
                "leave one of the two, with the queues of both"
            )


def _file() -> Path:
    return Path(os.environ.get(FILE_VARIABLE, FILE_NAME))


def _refuse_what_is_no_file() -> None:
    if FILE_VARIABLE in os.environ and not _file().exists():
        raise SettingsError(f"{FILE_VARIABLE} is {str(_file())!r}: there is no such file")
    if _file().exists() and not _file().is_file():
        raise SettingsError(f"{_file()}: this is no file: put the settings there as TOML, or remove it")


def _refuse_unknown_variables() -> None:
    for name in os.environ:
        key = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and name not in NOT_SETTINGS and key not in Settings.model_fields:
            raise SettingsError(
                f"{name}: there is no such setting{nearest(key, Settings, PREFIX, shout=True)}"
            )
