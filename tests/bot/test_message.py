from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Checked, Refused, check
from bot.phrase import LANGUAGES

LIMIT = 2000


def fault(message: object) -> str:
    refused = check(message, LIMIT)
    assert isinstance(refused, Refused)
    return refused.fault


def text(message: str) -> str:
    checked = check(message, LIMIT)
    assert isinstance(checked, Checked)
    return checked.text


@pytest.mark.parametrize("message", ["", "   \n\t ", "\u200b\u200d", "\u202e\u2066", "\u00a0"])
def test_a_message_with_nothing_to_see_is_empty(message):
    assert fault(message) == "empty"


@pytest.mark.parametrize("message", ["😀😀", "?!?", "❤️", "---", "¿…"])
def test_signs_alone_are_no_words(message):
    assert fault(message) == "wordless"


@pytest.mark.parametrize("message", ["404", "E21", "你好", "مرحبا", "a", "😀 help"])
def test_a_single_letter_or_figure_is_enough(message):
    assert text(message) == message


@pytest.mark.parametrize(
    "message", ["\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "\ufffd" * 20 + "abc", "QUJD" * 100, None, 7, b"bytes"]
)
def test_what_looks_like_a_file_is_refused(message):
    assert fault(message) == "binary"


def test_the_limit_counts_characters_and_is_told():
    assert text("x y" * 600) == "x y" * 600
    refused = check("x " * 1001, LIMIT)
    assert isinstance(refused, Refused)
    assert refused.sentence("en").startswith(
        "That is a bit long for me: 2002 characters, and I can read 2000."
    )


@pytest.mark.parametrize("unit", ["x", "\0", "😀", "\u0301", "\ud800"])
def test_ten_million_characters_are_refused_at_once(unit):
    message = unit * 10_000_000
    started = perf_counter()
    assert fault(message) == "too_long"
    assert perf_counter() - started < 0.1


@pytest.mark.parametrize("unit", ["z\u0301", "\u0301", "\ud800a ", "😀", "a\u202e", "\ufdfa"])
def test_the_worst_text_within_the_limit_is_checked_within_a_tenth_of_a_second(unit):
    message = (unit * LIMIT)[:LIMIT]
    started = perf_counter()
    check(message, LIMIT)
    assert perf_counter() - started < 0.1


def test_control_characters_overrides_and_lone_surrogates_are_left_out_and_that_is_known():
    assert check("hi\0 the\u202ere\u2066, fri\ud800end", LIMIT) == Checked("hi there, friend", cleaned=True)
    assert check("hi there", LIMIT) == Checked("hi there", cleaned=False)


def test_white_space_is_folded_and_letters_are_composed():
    assert text("  re\u0301turn \n\n my\t bike ") == "réturn my bike"


def test_stacked_accents_are_thinned_out():
    assert len(text("help" + "\u0301" * 500)) < 20


def test_arabic_vowel_signs_and_joiners_stay():
    assert text("شُكْرًا") == "شُكْرًا"
    assert text("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_has_a_sentence_in_every_language(language):
    for message in ("", "x" * 3000, "😀", "\0\0\0"):
        assert len(check(message, LIMIT).sentence(language)) > 10


@given(st.text())
def test_whatever_comes_in_what_goes_on_can_be_stored_and_shown(message):
    checked = check(message, LIMIT)
    if isinstance(checked, Checked):
        checked.text.encode("utf-8")
        assert checked.text == checked.text.strip()
        assert "\0" not in checked.text
        assert "\n" not in checked.text


def test_lines_are_kept_where_they_are_asked_for():
    checked = check(" one \r\n\ttwo\u2028\n\n\n\nthree ", LIMIT, lines=True)
    assert checked.text == "one\ntwo\n\nthree"
    assert text("one\ntwo") == "one two"
