import pytest
from langdetect import detector_factory

from kb.language import BAR, Language, base, detect, direction, name

FIVE = ("en", "da", "pl", "ar", "zh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hvornår får jeg mine penge tilbage?", "da"),
        ("Where is my parcel", "en"),
        ("WHERE IS MY PARCEL", "en"),
        ("Gdzie jest moja paczka", "pl"),
        ("أين طلبي", "ar"),
        ("怎么退货", "zh"),
        ("播放 Yellow Submarine", "zh"),
        ("Kan jeg betale med Apple Pay?", "da"),
        ("Thanks!", "en"),
    ],
)
def test_short_questions_are_told_apart(text: str, code: str) -> None:
    found = detect(text, FIVE)
    assert found.code == code
    assert found.certainty >= BAR


def test_the_hard_pair_is_told_by_its_small_words() -> None:
    pair = ("da", "no")
    assert detect("Hvad koster det at sende noget tilbage?", pair).code == "da"
    assert detect("Hva koster det å sende noe tilbake?", pair).code == "no"


def test_a_script_with_one_language_is_certain() -> None:
    assert detect("نعم", FIVE) == Language("ar", 1.0)


def test_a_script_with_several_languages_is_not_decided_by_script() -> None:
    assert detect("میرا آرڈر کہاں ہے؟", ("ar", "ur", "en")).code == "ur"
    assert detect("Де моє замовлення?", ("ru", "uk")).code == "uk"


@pytest.mark.parametrize(
    "text", ["ok", "404 error", "iPhone 15", "123", "", "?!", "https://example.com/hvordan"]
)
def test_too_little_text_keeps_the_language_of_the_conversation(text: str) -> None:
    assert detect(text, FIVE).certainty < BAR
    assert detect(text, FIVE, previous="ar").code == "ar"


def test_a_word_of_two_languages_stays_in_the_conversation() -> None:
    assert detect("tak", FIVE, previous="da").code == "da"
    assert detect("tak", FIVE, previous="pl").code == "pl"


def test_a_clear_question_changes_the_language() -> None:
    assert detect("Where is my order?", FIVE, previous="da").code == "en"


def test_a_language_that_is_not_among_them_is_not_kept() -> None:
    assert detect("ok", ("en", "da"), previous="fr").code in {"en", "da"}


def test_the_same_text_always_gives_the_same() -> None:
    assert len({detect("returner vare", FIVE) for _ in range(20)}) == 1


def test_langdetect_still_holds_its_profiles_where_they_are_looked_for() -> None:
    detector_factory.init_factory()
    factory = detector_factory._factory
    assert {"en", "da", "no", "pl", "ar", "zh-cn"} <= set(factory.langlist)
    assert len(factory.word_lang_prob_map["the"]) == len(factory.langlist)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("da", "da"),
        ("pt-BR", "pt"),
        ("zh-Hans", "zh"),
        ("zh_TW", "zh"),
        ("faq", None),
        ("xx", None),
        ("da-", None),
    ],
)
def test_a_folder_name_stands_for_its_base_code(tag: str, code: str | None) -> None:
    assert base(tag) == code


def test_direction_and_name() -> None:
    assert [direction(code) for code in ("ar", "he", "fa", "da", "zh-Hans")] == [
        "rtl",
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]
    assert [name(code) for code in ("da", "ar", "pt-BR", "xx")] == ["Dansk", "العربية", "Português", "xx"]
