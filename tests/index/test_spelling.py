from collections.abc import Mapping
from pathlib import Path

import pytest

from index.spelling import SHORTEST, Spelling, plain

TEXTS = {
    "en": "Every parcel has a label. Your password opens the account. Where is my parcel?",
    "da": "Høretelefoner før brug. Ladestanderen på øen. Får du pakken, er den dækket.",
    "pl": "Zwrócić rękawice można w Łodzi. Są też kaski, łańcuchy i zwrot.",
    "ar": "إرجاع الطلب خلال ثلاثين يوماً",
}


class Known:
    """Words that a model reads in one piece; all others it spells letter by letter."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked: list[str] = []

    def __call__(self, text: str) -> int:
        self.asked.append(text)
        return 1 if text in self.words else len(text)


def same(text: str) -> int:
    """Every word in as many pieces as any other: nothing says that one is better known."""
    return 3


def spelling(texts: Mapping[str, str] = TEXTS) -> Spelling:
    return Spelling.of(texts.values(), texts)


@pytest.mark.parametrize(
    ("shouted", "said"),
    [
        ("WHERE IS MY PARCEL?", "where is my parcel?"),
        ("GDZIE JEST ŁAŃCUCH", "gdzie jest łańcuch"),
        ("ГДЕ МОЯ ПОСЫЛКА", "где моя посылка"),
        ("HELLO!!! A PARCEL", "hello!!! a parcel"),
        ("HELP", "HELP"),  # one word may be a name
        ("A VPN", "A VPN"),
        ("Where is my VPN", "Where is my VPN"),
        ("Where Is My Parcel", "Where Is My Parcel"),
        ("VPN 怎么 USB", "VPN 怎么 USB"),  # characters have no capitals
    ],
)
def test_shouting_is_read_as_speaking_and_names_stay_in_capitals(shouted: str, said: str) -> None:
    assert plain(shouted) == said


def test_arabic_vowel_signs_and_stretched_letters_are_taken_off() -> None:
    assert plain("مَتَى يَصِلُ الطَّرْدُ؟") == "متى يصل الطرد؟"
    assert plain("مـــتى") == "متى"
    assert plain("إرجاعٌ ١٤ آيةٰ") == "إرجاع ١٤ آية"  # hamza and madda are letters


def test_spaces_between_chinese_characters_are_taken_off_and_no_others() -> None:
    assert plain("退 货 需\u3000要 多  久") == "退货需要多久"
    assert plain("退货 iPhone 15 手机 多久") == "退货 iPhone 15 手机多久"
    assert plain("return an item") == "return an item"


@pytest.mark.parametrize("text", ["", "?", "🎉 🎉", "12 345", "   "])
def test_what_has_no_words_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
    assert spelling().mended(text, "en", same) == text


@pytest.mark.parametrize(
    ("typed", "meant", "language"),
    [
        ("hoeretelefoner foer brug", "høretelefoner før brug", "da"),
        ("ladestanderen paa oeen", "ladestanderen på øen", "da"),
        ("faar du pakken", "får du pakken", "da"),
        ("far du pakken pa oen", "får du pakken på øen", "da"),
        ("er den dakket", "er den dækket", "da"),
        ("chce zwrocic rekawice w lodzi", "chce zwrócić rękawice w łodzi", "pl"),
        ("Sa lancuchy?", "są łańcuchy?", "pl"),
        ("ارجاع الطلب", "إرجاع الطلب", "ar"),
    ],
)
def test_accents_are_restored_from_the_articles_words(typed: str, meant: str, language: str) -> None:
    """Whatever the model thinks of them: the articles' word is the same but for its accents."""
    assert spelling().mended(typed, language, same) == meant


def test_of_two_words_that_differ_by_accents_alone_the_commoner_is_meant() -> None:
    found = spelling({"pl": "łaska, łąska, łąska"})
    assert found.mended("laska", "pl", same) == "łąska"
    assert spelling({"pl": "łaska, łaska, łąska"}).mended("laska", "pl", same) == "łaska"


@pytest.mark.parametrize(
    "wrong", ["parsel", "parrcel", "pacel", "pracel", "Parsel", "aparcel", "parcelx"], ids=lambda word: word
)
def test_a_wrong_letter_is_mended_where_the_model_knows_the_articles_word_better(wrong: str) -> None:
    known = Known("parcel")
    assert spelling().mended(f"my {wrong}?", "en", known) == "my parcel?"
    assert {wrong, "parcel"} <= set(known.asked)


def test_a_wrong_letter_is_left_where_the_model_knows_the_word_as_well() -> None:
    """ "Parcel" and "parsec" are one letter apart, and both are words."""
    assert spelling().mended("one parsec", "en", Known("parcel", "parsec")) == "one parsec"
    assert spelling().mended("one parsel", "en", same) == "one parsel"
    assert spelling().mended("one parsel", "en", Known("parsel")) == "one parsel"


def test_two_wrong_letters_are_one_too_many() -> None:
    assert spelling().mended("my barsel", "en", Known("parcel")) == "my barsel"


def test_a_word_with_a_missing_letter_and_missing_accents_is_mended() -> None:
    assert spelling().mended("horetelefoner", "da", Known("høretelefoner")) == "høretelefoner"


def test_short_words_are_not_taken_for_others() -> None:
    assert SHORTEST == 4
    assert spelling({"en": "the cat label"}).mended("bat lable", "en", Known("cat", "label")) == "bat label"


def test_words_of_the_articles_are_left_alone_however_near_another_is() -> None:
    found = spelling({"en": "form, from, Form"})
    assert found.mended("From the form", "en", Known("form")) == "From the form"


@pytest.mark.parametrize(
    "text",
    [
        "Parcel 2026-11 for 49,95",
        "Mr. Nakamura-Lindqvist",
        "iPhone15",
        "X1-900B",
        "🎉 parcel",
        "parcel\nlabel",
        "it's my label",
        "की समय",
    ],
)
def test_valid_words_names_codes_and_numbers_are_left_alone(text: str) -> None:
    """A model that knows the articles' words and spells everything else."""
    assert spelling().mended(text, "en", Known("parcel", "label", "password", "account")) == text


@pytest.mark.parametrize("text", ["kod SA2", "lodzi7", "sa@zwrocic.pl", "https://zwrocic.example/sa"])
def test_a_part_of_a_code_or_an_address_is_no_word_to_mend(text: str) -> None:
    assert spelling().mended(text, "pl", same) == text


def test_another_language_is_left_alone() -> None:
    """No article is in German; the Danish ones do not speak for a question in English."""
    known = Known("parcel", "høretelefoner")
    assert spelling().mended("hoeretelefoner parsel", "de", known) == "hoeretelefoner parsel"
    assert known.asked == []
    assert spelling().mended("hoeretelefoner", "en", known) == "hoeretelefoner"
    assert spelling().mended("WO IST MEIN PAKET", "de", known) == "wo ist mein paket"


def test_a_question_in_the_articles_words_is_read_as_it_was_written() -> None:
    for language, text in TEXTS.items():
        if language != "ar":
            assert spelling().mended(text, language, Known()) == text


def test_the_spelling_is_the_same_after_saving(tmp_path: Path) -> None:
    before = spelling({**TEXTS, "pl": "łąska łaska łąska", "zh": ""})
    before.save(tmp_path / "spelling.json")
    loaded = Spelling.load(tmp_path / "spelling.json")
    for text, language in (
        ("laska", "pl"),
        ("my parsel", "en"),
        ("foer", "da"),
        ("退 货", "zh"),
        ("x", "xx"),
    ):
        known = Known("parcel")
        assert loaded.mended(text, language, known) == before.mended(text, language, known)
    assert loaded.mended("laska", "pl", same) == "łąska"
