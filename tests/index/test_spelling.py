from collections.abc import Mapping
from pathlib import Path

import pytest

from index.encoder import OnnxEncoder
from index.spelling import (
    AT_EDGE,
    BY_FAR,
    ELSEWHERE,
    LONGEST,
    NEARLY,
    OTHER_KEY,
    READINGS,
    Spelling,
    before_slips,
    plain,
)
from tests.index.fakes import Told

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
        ("HELLO!!! A PARCEL", "hello! a parcel"),
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
        ("Sa lancuchy?", "Są łańcuchy?", "pl"),
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
    "wrong", ["parsel", "parrcel", "pacel", "pracel", "Parsel", "parcle"], ids=lambda word: word
)
def test_a_wrong_letter_is_mended_where_the_model_knows_the_articles_word_better(wrong: str) -> None:
    known = Known("parcel")
    meant = "Parcel" if wrong.istitle() else "parcel"
    assert spelling().mended(f"my {wrong}?", "en", known) == f"my {meant}?"
    assert {wrong, "parcel"} <= set(known.asked)


def test_a_wrong_letter_is_left_where_the_model_knows_the_word_as_well() -> None:
    """ "Parcel" and "parsec" are one letter apart, and both are words."""
    assert spelling().mended("one parsec", "en", Known("parcel", "parsec")) == "one parsec"
    assert spelling().mended("one parsel", "en", same) == "one parsel"
    assert spelling().mended("one parsel", "en", Known("parsel")) == "one parsel"


@pytest.mark.parametrize("other", ["carcel", "parces", "aparcel", "parcelx", "arcel", "parce"])
def test_the_first_and_the_last_letter_are_meant(other: str) -> None:
    """They tell forms and words apart that are no slips of each other."""
    assert spelling().mended(f"my {other}", "en", Known("parcel")) == f"my {other}"


def test_in_arabic_a_small_word_that_is_written_together_with_the_next_one_stays() -> None:
    """ "In the Netherlands" and "Poland"; "I opened" and "under"."""
    found = spelling({"ar": "بولندا تحت"})
    assert found.mended("وانا ساكن بهولندا", "ar", Known("بولندا"), Told({"هولندا": -9})) == (
        "وانا ساكن بهولندا"
    )
    assert found.mended("بهولندا", "ar", Known("بولندا"), Told()) == "بولندا"  # a slip, for all that is known
    assert found.mended("فتحت العلبة", "ar", Known("تحت"), Told()) == "فتحت العلبة"


def test_in_arabic_a_word_of_the_models_vocabulary_stays() -> None:
    found = spelling({"ar": "سرعة"})
    assert found.mended("سريعة", "ar", Known("سرعة"), Told()) == "سرعة"
    assert found.mended("سريعة", "ar", Known("سرعة"), Told({"سريعة": -9})) == "سريعة"


def test_accents_that_were_typed_are_kept_where_the_articles_lack_them() -> None:
    found = spelling({"pl": "kiedy bedzie paczka"})
    assert found.mended("kiedy będzie", "pl", same) == "kiedy będzie"
    assert spelling({"pl": "kiedy będzie"}).mended("kiedy bedzie", "pl", same) == "kiedy będzie"


def test_two_wrong_letters_are_one_too_many() -> None:
    assert spelling().mended("my barsel", "en", Known("parcel")) == "my barsel"


def test_a_word_with_a_missing_letter_and_missing_accents_is_mended() -> None:
    assert spelling().mended("horetelefoner", "da", Known("høretelefoner")) == "høretelefoner"


def test_no_word_is_taken_for_one_of_three_letters() -> None:
    found = spelling({"en": "the cat label"})
    assert found.mended("bat lable", "en", Known("cat", "label")) == "bat label"
    assert found.mended("bat lable", "en", same, Told()) == "bat label"


def test_a_word_of_three_letters_may_lack_a_fourth() -> None:
    assert spelling({"en": "wash the bike"}).mended("bke", "en", same, Told()) == "bike"
    assert spelling({"en": "wash the bike"}).mended("be", "en", same, Told()) == "be"


def test_in_scripts_without_vowels_the_pieces_are_counted() -> None:
    """Of "drum" and "request", which are a swap apart, both are words."""
    drum, request = "الطبل", "الطلب"
    assert spelling().mended(drum, "ar", same, Told({request: -5})) == drum
    assert spelling().mended(drum, "ar", Known(request), Told()) == request


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
    assert spelling().mended("hoeretelefoner", "en", known) == "hoeretelefoner"
    assert spelling().mended("WO IST MEIN PAKET", "de", known) == "wo ist mein paket"


def test_a_word_that_no_article_uses_is_mended_by_the_lexicon() -> None:
    lexicon = Told(when=-10, parcel=-14)
    assert spelling().mended("Wehn will it arrive", "en", same, lexicon) == "When will it arrive"
    assert spelling().mended("wehn", "de", same, Told()) == "wehn"
    assert (
        spelling({}).mended("wehn will the pracel arrive", "en", same, lexicon)
        == "when will the parcel arrive"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("OneDive", "OneDrive"),
        ("Ondrive", "Onedrive"),
        ("onDrive", "oneDrive"),
        ("Nedrive", "Onedrive"),
        ("ONEDRVE", "onedrive"),  # a shouted word is another one to the model
        ("ONEDRİVE", "ONEDRİVE"),  # no letter of the word, and two in lower case
    ],
)
def test_a_mended_word_has_the_capitals_that_were_typed(typed: str, meant: str) -> None:
    found = spelling({"en": "onedrive drive it"})
    assert found.mended(f"my {typed}", "en", same, Told()) == f"my {meant}"


def test_a_word_that_is_nearly_as_likely_is_another_reading() -> None:
    found = spelling({"da": "cykel"})  # whose letters are tried
    known = Told(prie=-16, price=-12 + ELSEWHERE)
    assert found.mended("Prie of x1-9?", "en", same, known) == "Prie of x1-9?"
    assert found.others("Prie of x1-9?", "en", known) == ["Price of x1-9?"]
    hardly = Told(prie=-12 - NEARLY, price=-12 + ELSEWHERE)
    assert found.others("prie", "en", hardly) == []
    assert found.others("prie.x", "en", known) == []
    assert spelling({"en": "prie cykel"}).others("prié", "en", known) == []


def test_the_likeliest_readings_come_first_and_no_more_than_are_worth_a_look() -> None:
    known = Told(hop=-14, hoop=-8, stop=-15, shop=-15)
    readings = spelling({"da": "scope"}).others("the hop and tsop", "en", known)
    assert readings == ["the hop and stop", "the hoop and tsop"]
    assert len(readings) == READINGS


def test_an_arabic_word_is_read_with_its_final_letter_as_it_is_spelled() -> None:
    """Whether an article uses it or not; "his book" is no slip of "writing"."""
    known = Told({"خدمة": -9, "خدمه": -14, "كتابة": -10, "كتابه": -11})
    assert spelling().mended("خدمه", "ar", same, known) == "خدمة"
    assert spelling().mended("كتابه", "ar", same, known) == "كتابه"
    assert spelling().mended("خدمه", "ar", same, Told({"خدمة": -9, "خدمه": -9})) == "خدمه"
    assert spelling().mended("خدمه", "ar", same) == "خدمه"


def test_without_vowels_a_known_word_has_no_other_reading() -> None:
    """Of "in the Netherlands" and "Poland", and of "fast" and "speed", both are words."""
    found = spelling({"ar": "بولندا سرعة"})
    assert found.others("بهولندا سريعة", "ar", Told({"هولندا": -9, "سريعة": -9})) == []
    assert found.others("سريعة", "ar", Told()) == ["سرعة"]


def test_a_row_of_letters_is_no_word() -> None:
    found = spelling({"en": "xparcel"})
    long, longer, too_long = ("x" * letters for letters in (LONGEST - 1, LONGEST, LONGEST + 1))
    assert found.mended(longer, "en", same, Told({long: -1.0})) == long
    assert found.mended(too_long, "en", same, Told({longer: -1.0})) == too_long


def test_of_two_words_one_slip_away_the_commoner_is_meant() -> None:
    assert spelling({"en": "farm form form"}).mended("frm", "en", same, Told(farm=-20, form=-20)) == "form"
    assert spelling({"en": "form farm farm"}).mended("frm", "en", same, Told(farm=-20, form=-20)) == "farm"
    assert spelling().mended("frm", "en", same, Told(farm=-14, form=-12)) == "form"


def test_a_swap_is_likelier_than_another_key() -> None:
    lexicon = Told(table=-14, cable=-14 + OTHER_KEY + AT_EDGE - 0.1)
    assert spelling().mended("atble", "en", same, lexicon) == "table"
    assert spelling().mended("gable", "en", same, lexicon) == "cable"


def test_a_word_is_left_unless_another_is_by_far_likelier() -> None:
    enough = -12 - ELSEWHERE - BY_FAR
    assert spelling({}).mended("parcle", "en", same, Told(parcel=-12, parcle=enough - 0.1)) == "parcel"
    assert spelling({}).mended("parcle", "en", same, Told(parcel=-12, parcle=enough + 0.1)) == "parcle"


def test_a_name_is_known_by_its_capital() -> None:
    lexicon = Told(Kansas=-15, kanssa=-13)
    assert spelling({}).mended("my trip to Kansas", "en", same, lexicon) == "my trip to Kansas"
    assert spelling({}).mended("my trip to kansas", "en", same, lexicon) == "my trip to kanssa"


def test_a_form_that_the_articles_do_not_have_is_known_by_its_stem() -> None:
    found = spelling({"en": "all pillows and pillows"})
    assert found.mended("which pllow", "en", same, Told()) == "which pillow"
    assert found.mended("which wllow", "en", same, Told()) == "which wllow"
    assert found.mended("pillowing", "en", same, Told(pillows=-15)) == "pillowing"


def test_before_a_slip_letters_were_in_order_single_present_and_of_another_key() -> None:
    before: dict[str, float] = {}
    for word, unlikely in before_slips("parcel", "xe"):
        before[word] = min(unlikely, before.get(word, unlikely))
    assert before["pacrel"] == before["pracel"] == 0  # swapped
    assert before["parxcel"] == 0  # left out
    assert before["parxel"] == before["pacel"] == OTHER_KEY
    assert before["xarcel"] == before["parce"] == OTHER_KEY + AT_EDGE
    assert before["xparcel"] == before["parcelx"] == AT_EDGE
    assert dict(before_slips("parrcel", ""))["parcel"] == 0  # doubled
    assert "pacxel" not in before


@pytest.mark.model
@pytest.mark.parametrize(
    ("typed", "meant", "language"),
    [
        ("Wehn will my pracel arrive", "When will my parcel arrive", "en"),
        ("I recieved the wrong parcl", "I received the wrong parcel", "en"),
        ("my paswords dont work", "my passwords dont work", "en"),
        ("hvonår kommer paken", "hvornår kommer pakken", "da"),
        ("mine høretelefner", "mine høretelefoner", "da"),
        ("czy moge zwórcić rekawice", "czy moge zwrócić rękawice", "pl"),
        ("كيف يمكنني ارجاع الطلبب", "كيف يمكنني إرجاع الطلب", "ar"),
    ],
)
def test_the_default_model_knows_what_was_meant(
    typed: str, meant: str, language: str, encoder: OnnxEncoder
) -> None:
    assert spelling().mended(typed, language, encoder.length, encoder.lexicon) == meant


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the washing machine died in Kansas", "en"),
        ("organise colour, organize color, flat tire, plane", "en"),
        ("Sonoval Arc by Tindvolt for Ms Nakamura", "en"),
        ("kan man fange en bus, cykelstel revnet, pakkerne", "da"),
        ("gdzie jest moja paczka z kasków, zwrotu łańcucha, sprawdzę", "pl"),
        ("ich möchte die Lieferzeiten für Fahrradschlauch und Kindersitz", "de"),
        ("missä paketini on, polkupyörällä, lähetyksestä", "fi"),
        ("где моя посылка, велосипедами", "ru"),
    ],
)
def test_the_default_model_leaves_names_compounds_and_inflected_forms_alone(
    text: str, language: str, encoder: OnnxEncoder
) -> None:
    assert spelling().mended(text, language, encoder.length, encoder.lexicon) == text


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
