import re
import string
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import bot
from bot.message import Fault
from bot.phrase import FOLDER, LANGUAGES, frame, language_name, phrase
from bot.reply import Reason, Topic

FIVE = ("en", "ar", "da", "pl", "zh")
SAYS = {code: tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))["says"] for code in LANGUAGES}
SIGNALS = {code: tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))["signals"] for code in LANGUAGES}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def used() -> set[str]:
    """Every key that the program names, and those it puts together from parts."""
    source = "\n".join(file.read_text("utf-8") for file in Path(bot.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'"([a-z_]+)"', source))
    parts = {
        "handoff": get_args(Reason),
        "talk": get_args(Topic),
        "message": get_args(Fault),
        "author": ("customer", "bot", "agent"),
        "contact": ("name", "email"),
    }
    return named | {f"{prefix}_{end}" for prefix, ends in parts.items() for end in ends}


def test_the_five_languages_have_phrases_with_english_first():
    assert LANGUAGES == FIVE


@pytest.mark.parametrize("code", FIVE)
def test_every_phrase_exists_in_every_language(code):
    assert SAYS[code].keys() == SAYS["en"].keys()


@pytest.mark.parametrize("code", FIVE)
def test_every_phrase_has_the_same_places_to_fill(code):
    assert {key: places(text) for key, text in SAYS[code].items()} == {
        key: places(text) for key, text in SAYS["en"].items()
    }


@pytest.mark.parametrize("code", FIVE)
def test_no_phrase_is_empty_or_left_in_english(code):
    assert all(text.strip() == text and text for text in SAYS[code].values())
    same = {key for key, text in SAYS[code].items() if text == SAYS["en"][key]}
    assert code == "en" or same <= {"send"}


def test_no_phrase_is_unused():
    assert SAYS["en"].keys() - used() == set()


@pytest.mark.parametrize("code", FIVE)
def test_every_kind_of_wish_has_wordings_in_every_language(code):
    assert SIGNALS[code].keys() == SIGNALS["en"].keys()
    assert all(SIGNALS[code].values())


@pytest.mark.parametrize("code", FIVE)
def test_every_language_has_a_word_for_every_other(code):
    assert all(language_name(other, code) for other in FIVE)


def test_values_are_put_in_their_places_and_not_read_again():
    assert phrase("ticket_number", "en", number=7) == "Your reference number is **7**."
    assert "{limit}" in phrase("message_too_long", "en", length=1, limit="{limit}")


def test_a_language_without_a_file_speaks_english():
    assert phrase("send", "fi") == "Send"
    assert language_name("da", "fi") is None


def test_an_unknown_key_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        phrase("no_such_phrase", "en")


def test_the_asker_s_language_frames_the_reply_where_it_can():
    assert frame("pl", "en") == "pl"
    assert frame("fi", "da") == "da"
    assert frame("fi", "sv") == "en"
