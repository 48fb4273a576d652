"""Everything that the bot says, by key and language, from `phrases/<language>.toml`.

An operator's own folder can hold more languages, and other words for single phrases of those there are.
`signals.toml` has what customers of languages without such a file are understood by.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "phrases"
HEARD = Path(__file__).with_name("signals.toml")
FALLBACK = "en"
_HEARD_AS = {"nb": "no", "nn": "no"}
_UNSPACED = frozenset({"ja", "zh"})
_folders: list[Path] = [FOLDER]


def languages_in(*folders: Path) -> tuple[str, ...]:
    """Languages that have a file of phrases in one of the folders, the fallback first."""
    codes = {file.stem for folder in folders for file in folder.glob("*.toml")}
    return tuple(sorted(codes, key=lambda code: (code != FALLBACK, code)))


LANGUAGES = languages_in(FOLDER)
"""Languages that the program brings phrases of, the fallback first."""


def speak_also(folder: Path | None) -> None:
    """Reads phrases from this folder, too, from now on; None leaves only those that the program brings."""
    _folders[:] = [FOLDER, *([folder] if folder else [])]
    for cached in (_file, _table, languages):
        cached.cache_clear()


@cache
def languages() -> tuple[str, ...]:
    """Languages that have phrases, the fallback first."""
    return languages_in(*_folders)


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
    """The wordings by which a customer is understood, by kind; empty where none are known.

    What a file of phrases says of a kind comes in the place of what is known without one.
    """
    own: dict[str, list[str]] = _file(language).get("signals", {})
    return {**_heard().get(_HEARD_AS.get(language, language), {}), **own}


def heard() -> tuple[str, ...]:
    """Languages whose greetings and small words are known without a file of phrases."""
    return tuple(_heard())


def frame(language: str, page_language: str) -> str:
    """The language to speak in: the asker's where it has phrases, else the page's, else English."""
    return next((code for code in (language, page_language) if code in languages()), FALLBACK)


@cache
def _file(language: str) -> dict[str, Any]:
    """The sections of a language; what the operator's own file says comes in the place of ours."""
    found: dict[str, Any] = {}
    if language not in languages():
        return found
    for path in (folder / f"{language}.toml" for folder in _folders):
        sections = tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
        for section, entries in sections.items():
            found[section] = {**found.get(section, {}), **entries}
    return found


@cache
def _heard() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(HEARD.read_text(encoding="utf-8"))


@cache
def _table(language: str) -> dict[str, str]:
    says: dict[str, str] = _file(language).get("says", {})
    return says
