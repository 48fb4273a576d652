"""Settings: defaults, then `askdesk.toml`, then ASKDESK_* of the environment, then the command's own."""

import json
import os
import re
import tomllib
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.fault import BotError
from bot.glossary import Unspeakable, check
from bot.phrase import FOLDER, languages_in, speak_also

PREFIX = "ASKDESK_"
FILE_VARIABLE = "ASKDESK_SETTINGS"
FILE_NAME = "askdesk.toml"
NOT_SETTINGS = frozenset({FILE_VARIABLE, "ASKDESK_PROGRESS"})
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
    max_message: int = Field(
        2000, ge=50, le=20000, description="the longest message in characters, from 50 to 20000"
    )

    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="web addresses of the sites that may show the chat in a frame and call the interface, "
        'for example ["https://shop.example"]',
    )

    @field_validator("languages", "embed_origins", mode="before")
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
        if not all(re.fullmatch(r"https?://[a-z0-9.:-]+", origin) for origin in value):
            raise ValueError("not web addresses")
        return value

    @field_validator("person_hours", mode="before")
    @classmethod
    def _parse_hours(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

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

    def hours(self, language: str) -> str | None:
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
        raise SettingsError(_sentence(error)) from error
    except OSError as error:
        raise SettingsError(f"{_file()}: can't be read: {error.strerror}") from error
    _refuse_the_speechless(settings)
    speak_also(settings.phrases)
    return settings


def _refuse_the_speechless(settings: Settings) -> None:
    """Every language of the page needs phrases, and the operator's own must be as ours are."""
    folder = settings.phrases
    if folder is not None and not folder.is_dir():
        shown = _shown("phrases", str(folder))
        raise SettingsError(f"{_where('phrases')} is {shown}: there is no such folder")
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
                f"{_where('languages')} holds {code!r}, which has no phrases; {there_are}: {remedy}"
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
            raise SettingsError(f"{name}: there is no such setting{_nearest(key, PREFIX)}")


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False)[0]
    key = str(first["loc"][0]) if first["loc"] else ""
    field = Settings.model_fields.get(key)
    if field is None:
        return f"{_where(key)}: there is no such setting{_nearest(key)}"
    return f"{_where(key)} is {_shown(key, first['input'])}: it should be {field.description}"


def _where(key: str) -> str:
    variable = PREFIX + key.upper()
    return variable if variable in os.environ else f"setting {key}"


def _shown(key: str, value: object) -> str:
    return "not usable" if key == "database_url" else repr(value)[:80]


def _nearest(key: str, prefix: str = "") -> str:
    near = get_close_matches(key, Settings.model_fields, n=1)
    shown = [(prefix + name).upper() if prefix else name for name in near or Settings.model_fields]
    return f"; did you mean {shown[0]}?" if near else f"; the settings are {', '.join(shown)}"
