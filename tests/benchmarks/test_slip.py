import pytest

from tests.benchmarks.slip import SLIPS

QUESTIONS = {
    "en": "Can I return the blue headphones?",
    "da": "Hvor længe må jeg fortryde købet på nettet?",
    "pl": "Czy zdążę jeszcze oddać słuchawki?",
    "ar": "متى تصل الأجهزة الصفراء إلى مدينتي؟",
    "zh": "我的包裹 PayPal 退款什么时候到？",
    "sv": "När öppnar ni på lördag?",
}


@pytest.mark.parametrize("kind", SLIPS)
def test_a_slip_is_the_same_each_time(kind: str) -> None:
    for language, text in QUESTIONS.items():
        assert SLIPS[kind](text, language) == SLIPS[kind](text, language)


@pytest.mark.parametrize("kind", SLIPS)
def test_each_kind_changes_a_question_of_some_language(kind: str) -> None:
    changed = {language for language, text in QUESTIONS.items() if SLIPS[kind](text, language) != text}
    assert changed or kind == "ar no vowel signs"


def test_one_wrong_letter_is_one_wrong_letter() -> None:
    text = QUESTIONS["en"]
    assert len(SLIPS["letter dropped"](text, "en")) == len(text) - 1
    assert len(SLIPS["letter doubled"](text, "en")) == len(text) + 1
    swapped = SLIPS["letters swapped"](text, "en")
    assert sorted(swapped) == sorted(text)
    assert sum(one != other for one, other in zip(text, swapped, strict=True)) == 2
    neighbour = SLIPS["neighbour key"](text, "en")
    assert sum(one != other for one, other in zip(text, neighbour, strict=True)) == 1


def test_short_words_are_left_alone() -> None:
    assert SLIPS["letter dropped"]("is it on?", "en") == "is it on?"


@pytest.mark.parametrize(
    ("kind", "language", "expected"),
    [
        ("no accents", "sv", "Nar oppnar ni pa lordag?"),
        ("pl without tails", "pl", "Czy zdaze jeszcze oddac sluchawki?"),
        ("da ae oe aa", "da", "Hvor laenge maa jeg fortryde koebet paa nettet?"),
        ("da a o a", "da", "Hvor lange ma jeg fortryde kobet pa nettet?"),
        ("zh spaced words", "zh", "我 的 包裹 PayPal 退款 什么 时候 到？"),
        ("zh spaced letters", "zh", "我 的 包 裹 PayPal 退 款 什 么 时 候 到？"),
        ("zh no spaces", "zh", "我的包裹PayPal退款什么时候到？"),
        ("ar alef", "ar", "متى تصل الاجهزة الصفراء الى مدينتي؟"),
        ("ar hamza", "ar", "متى تصل الأجهزة الصفرا إلى مدينتي؟"),
        ("ar teh marbuta", "ar", "متى تصل الأجهزه الصفراء إلى مدينتي؟"),
        ("ar yeh", "ar", "متي تصل الأجهزة الصفراء إلي مدينتى؟"),
        ("capitals", "da", "HVOR LÆNGE MÅ JEG FORTRYDE KØBET PÅ NETTET?"),
        ("no punctuation", "ar", "متى تصل الأجهزة الصفراء إلى مدينتي"),
        ("trailing ???", "ar", "متى تصل الأجهزة الصفراء إلى مدينتي؟؟؟"),
        ("trailing ???", "en", "Can I return the blue headphones???"),
    ],
)
def test_a_slip_does_what_it_says(kind: str, language: str, expected: str) -> None:
    assert SLIPS[kind](QUESTIONS[language], language) == expected


def test_vowel_signs_come_off_again() -> None:
    text = QUESTIONS["ar"]
    assert SLIPS["ar no vowel signs"](SLIPS["ar vowel signs"](text, "ar"), "ar") == text


def test_slips_of_one_language_leave_the_others_alone() -> None:
    for kind, slip in SLIPS.items():
        if kind[:3] in ("pl ", "da ", "zh ", "ar "):
            assert slip(QUESTIONS["en"], "en") == QUESTIONS["en"], kind
