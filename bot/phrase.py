"""Everything that the bot says, by key and language, from `phrases/<language>.toml`."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "phrases"
FALLBACK = "en"
_UNSPACED = frozenset({"ja", "zh"})
LANGUAGES: tuple[str, ...] = tuple(
    sorted((file.stem for file in FOLDER.glob("*.toml")), key=lambda code: (code != FALLBACK, code))
)
"""Languages that have phrases, the fallback first."""


def phrase(key: str, language: str, **values: object) -> str:
    """The phrase in that language, else in English, with the values put in its {places}."""
    return _table(language).get(key, _table(FALLBACK)[key]).format(**values)


def run_on(sentences: Iterable[str], language: str) -> str:
    """Sentences one after the other, with the space between them that the language writes."""
    return ("" if language in _UNSPACED else " ").join(sentences)


def language_name(code: str, language: str) -> str | None:
    """What `language` calls the language `code`, None where it has no word for it."""
    names: dict[str, str] = _file(language).get("languages", {})
    return names.get(code)


def signals(language: str) -> dict[str, list[str]]:
    """The wordings by which a customer's wish is recognised, by kind; empty without a file."""
    found: dict[str, list[str]] = _file(language).get("signals", {})
    return found


def frame(language: str, page_language: str) -> str:
    """The language to speak in: the asker's where it has phrases, else the page's, else English."""
    return next((code for code in (language, page_language) if code in LANGUAGES), FALLBACK)


@cache
def _file(language: str) -> dict[str, Any]:
    if language not in LANGUAGES:
        return {}
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def _table(language: str) -> dict[str, str]:
    says: dict[str, str] = _file(language).get("says", {})
    return says
