"""A file of phrases as an operator or a contributor writes it, checked against the English one."""

import re
import string
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.fault import BotError
from bot.phrase import FALLBACK, FOLDER

SECTIONS = ("says", "languages", "signals")


class Unspeakable(BotError):
    """A file of phrases that can't be used: which one, what is wrong in it, and what would be right."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")


def check(path: Path) -> None:
    """Raises Unspeakable; what a file leaves out is said in English and no fault."""
    if not re.fullmatch(r"[a-z]{2,3}", path.stem):
        raise Unspeakable(path, "expected a language code as its name, such as de.toml")
    content = _read(path)
    for section, entries in content.items():
        if section not in SECTIONS or not isinstance(entries, dict):
            raise Unspeakable(path, f"[{section}] is no section; there are {', '.join(SECTIONS)}")
    known = _read(FOLDER / f"{FALLBACK}.toml")
    for key, words in content.get("says", {}).items():
        _check_phrase(path, key, words, known["says"])
    for code, name in content.get("languages", {}).items():
        if not isinstance(name, str):
            raise Unspeakable(path, f"the language {code} is called {name!r}: expected a text")
    for kind, wordings in content.get("signals", {}).items():
        _check_signals(path, kind, wordings, known["signals"])


def places(words: str) -> set[str]:
    """The names of the {places} to be filled in a phrase; raises ValueError where a bracket is alone."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise Unspeakable(path, f"this is not TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise Unspeakable(path, "not UTF-8; save the file as UTF-8 text") from error
    except OSError as error:
        raise Unspeakable(path, f"can't be read: {error.strerror}") from error


def _check_phrase(path: Path, key: str, words: object, known: dict[str, str]) -> None:
    if key not in known:
        raise Unspeakable(path, f"there is no phrase {key}{_nearest(key, known)}")
    if not isinstance(words, str) or not words.strip():
        raise Unspeakable(path, f"{key} is {words!r}: expected a text")
    try:
        found = places(words)
    except ValueError as error:
        raise Unspeakable(
            path, f"{key} has a bracket alone: write {{{{ or }}}} for one that is shown"
        ) from error
    if found != places(known[key]):
        expected = ", ".join(f"{{{name}}}" for name in sorted(places(known[key]))) or "none"
        raise Unspeakable(path, f"{key} has other places to fill than in English: expected {expected}")


def _check_signals(path: Path, kind: str, wordings: object, known: dict[str, list[str]]) -> None:
    if kind not in known:
        raise Unspeakable(path, f"there is no signal {kind}{_nearest(kind, known)}")
    if not isinstance(wordings, list) or not all(isinstance(one, str) and one.strip() for one in wordings):
        raise Unspeakable(path, f"the signal {kind} should be a list of texts")


def _nearest(key: str, known: dict[str, Any]) -> str:
    near = get_close_matches(key, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
