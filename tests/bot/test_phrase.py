import ast
import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import bot
from bot.answer.reply import Reason
from bot.glossary import check, places
from bot.message import Fault
from bot.phrase import (
    FOLDER,
    LANGUAGES,
    frame,
    heard,
    language_name,
    languages,
    phrase,
    signals,
    speak_also,
)
from bot.waiting.hours import WEEKDAYS
from bot.wishes.intent import DialogueAct
from kb.clue import small_words

FIVE = ("en", "ar", "da", "pl", "zh")
SAYS = {code: tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))["says"] for code in LANGUAGES}
SIGNALS = {code: tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))["signals"] for code in LANGUAGES}


def used() -> set[str]:
    """Every key that the program names, and those it puts together from parts."""
    source = "\n".join(file.read_text("utf-8") for file in Path(bot.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'"([a-z_]+)"', source))
    parts = {
        "handoff": get_args(Reason),
        "talk": get_args(DialogueAct),
        "message": get_args(Fault),
        "person": get_args(Fault),
        "author": ("customer", "bot", "agent"),
        "contact": ("name", "email"),
        "when": WEEKDAYS,
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


@pytest.mark.parametrize("code", FIVE)
def test_our_own_files_pass_the_check_that_an_operator_s_must_pass(code):
    check(FOLDER / f"{code}.toml")


def test_no_phrase_is_missing_and_each_gets_what_it_has_places_for():
    for key, given in asked_for():
        assert key in SAYS["en"], key
        assert given == places(SAYS["en"][key]), key


def asked_for():
    """The key and the names of the values of every call phrase("…", …) in the program."""
    for file in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id == "phrase" and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, {value.arg for value in node.keywords}


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


@pytest.fixture
def folder(tmp_path):
    """An operator's own folder of phrases."""
    yield tmp_path
    speak_also(None)


def test_an_operator_s_folder_adds_a_language_and_replaces_single_phrases(folder):
    (folder / "de.toml").write_text('[says]\nsend = "Senden"\n[signals]\nthanks = ["danke"]\n', "utf-8")
    (folder / "en.toml").write_text('[says]\nsend = "Off it goes"\n', "utf-8")
    speak_also(folder)
    assert "de" in languages()
    assert phrase("send", "de") == "Senden"
    assert phrase("send", "en") == "Off it goes"
    assert phrase("close", "en") == SAYS["en"]["close"]
    assert phrase("close", "de") == SAYS["en"]["close"]
    assert signals("de")["thanks"] == ["danke"]
    assert "moin" in signals("de")["greeting"]  # known without a file
    assert frame("de", "en") == "de"
    speak_also(None)
    assert languages() == FIVE


@pytest.mark.parametrize("language", [code for code in heard() if code not in LANGUAGES])
def test_a_language_without_phrases_is_understood_by_kinds_that_are_known(language):
    known = signals(language)
    assert known.keys() <= SIGNALS["en"].keys()
    assert {"greeting", "choice_yes", "points_back", "carries_on"} <= known.keys()
    assert small_words(language)
    for kind, wordings in known.items():
        assert len(set(wordings)) == len(wordings), kind
        assert all(one == one.lower().strip() for one in wordings), kind


def test_what_is_known_without_phrases_is_used_beside_those_there_are():
    assert SIGNALS["ar"].items() <= signals("ar").items()
    assert "وقت" in signals("ar")["own_and"]
    assert signals("nn") == signals("nb") == signals("no")
