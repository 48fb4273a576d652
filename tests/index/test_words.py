from pathlib import Path

import numpy as np
import pytest

from index.words import GRAM, Words, fold, words

TEXTS = [
    "Returning gifts and parcels",
    "Delivery of parcels takes two days",
    "Zwrot paczki",
    "退货需要三十天",
]
LANGUAGES = ["en", "en", "pl", "zh"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Levering på øer og ærø", "LEVERING PAA OEER OG AEROE"),
        ("Straße", "strasse"),
        ("Żółć, łódź i gęś", "zolc lodz i ges"),
        ("café déjà", "cafe\u0301 deja"),
        ("إرجاع", "ارجاع"),
        ("مَتَى", "متي"),
        ("مدرسة", "مدرسه"),
        ("مـــتى", "متى"),
        ("ＡＢＣ１２", "abc12"),
    ],
)
def test_what_is_written_and_what_is_typed_are_the_same_words(written: str, typed: str) -> None:
    assert words(written, "xx") == words(typed, "xx")
    assert words(written, "xx") != []


def test_vowel_signs_of_hindi_and_thai_are_no_accents() -> None:
    assert fold("की") == "की"
    assert fold("ที่") == "ที่"


def test_words_are_stemmed_in_their_language() -> None:
    assert words("returned returning returns", "en") == ["return"] * 3
    assert words("pakken pakker", "da") == ["pak", "pak"]
    assert words("returned", "xx") != words("returning", "xx")


def test_polish_words_are_the_same_without_tails() -> None:
    assert words("Jak zwrócić rękawice rowerową", "pl") == words("jak zwrocic rekawice rowerowa", "pl")


def test_chinese_is_broken_into_words() -> None:
    broken = words("我的自行车什么时候到", "zh")
    assert "自行车" in broken
    assert "什么" in broken
    assert len(broken) > 4


def test_chinese_and_latin_in_one_run_are_both_found() -> None:
    found = words("退货iPhone手机", "zh")
    assert {"退货", "手机", *words("iphone", "zh")} <= set(found)
    assert words("iphone", "zh") != []


def test_a_language_without_a_stemmer_is_cut_into_letter_groups() -> None:
    assert words("kahoinch", "xx") == ["kaho", "ahoi", "hoin", "oinc", "inch"]
    assert words("abc", "xx") == ["abc"]
    assert all(len(gram) == GRAM for gram in words("kahoinch", "xx"))


def test_numbers_stay_whole() -> None:
    assert words("iPhone 15 Pro 2026", "xx")[-1] == "2026"
    assert "15" in words("iPhone15", "en")


def test_the_only_article_with_all_the_words_covers_them_fully() -> None:
    spoken = Words.build(TEXTS, LANGUAGES).spoken("returning gifts")
    assert spoken.coverage[0] == pytest.approx(1.0, abs=1e-6)
    assert spoken.coverage[1:].tolist() == [0.0, 0.0, 0.0]
    assert spoken.known.tolist() == [
        1.0,
        1.0,
        0.0,
        0.0,
    ]  # the language knows them, whether or not the article does
    assert spoken.bm25[0] > 0


def test_coverage_is_the_share_of_what_the_best_article_would_get() -> None:
    """Two English articles: a word of one weighs log(1 + 1.5 / 1.5), an unknown one log(1 + 2.5 / 0.5)."""
    built = Words.build(["alpha", "beta"], ["en", "en"])
    coverage = built.spoken("alpha gamma").coverage
    bm25 = float(built.spoken("alpha").bm25[0])
    assert coverage[0] == pytest.approx(bm25 / (bm25 + np.log(6)), rel=1e-5)
    assert built.spoken("alpha gamma").known.tolist() == [0.5, 0.5]


def test_coverage_lies_between_0_and_1_for_any_question() -> None:
    built = Words.build(TEXTS, LANGUAGES)
    for question in ["parcels parcels parcels", *TEXTS, "two days gifts", "zwrot", "退货", "?", "", "🎉"]:
        coverage = built.spoken(question).coverage
        assert 0.0 <= coverage.min() <= coverage.max() <= 1.0 + 1e-6, question


def test_the_share_of_known_words_is_told_for_each_language() -> None:
    built = Words.build(TEXTS, LANGUAGES)
    assert built.known("parcels paczki gifts") == {
        "en": pytest.approx(2 / 3),
        "pl": pytest.approx(1 / 3),
        "zh": 0.0,
    }
    assert built.known("?") == {"en": 0.0, "pl": 0.0, "zh": 0.0}


def test_a_word_is_the_rarer_the_fewer_articles_have_it() -> None:
    """Two English articles: log(1 + 2 / (1 + n)) for a word that n of them have."""
    built = Words.build(TEXTS, LANGUAGES)
    both, one, none = (words(word, "en")[0] for word in ("parcels", "gifts", "quantum"))
    found = [built.rarity(word, "en") for word in (both, one, none)]
    assert found == pytest.approx(np.log([1 + 2 / 3, 1 + 2 / 2, 1 + 2 / 1]))
    assert built.rarity(one, "da") == 1.0


def test_a_question_without_known_words_says_nothing() -> None:
    spoken = Words.build(TEXTS, LANGUAGES).spoken("quantum entanglement")
    assert spoken.bm25.tolist() == spoken.coverage.tolist() == spoken.known.tolist() == [0.0] * 4


def test_a_language_that_has_nothing_but_pictures_is_no_obstacle(tmp_path: Path) -> None:
    built = Words.build(["🎉🎉", "Parcels"], ["da", "en"])
    assert built.spoken("parcel").coverage.tolist() == [0.0, pytest.approx(1.0)]
    (tmp_path / "words").mkdir()
    built.save(tmp_path / "words")
    assert Words.load(tmp_path / "words", 2).spoken("parcel").known.tolist() == [0.0, 1.0]


def test_the_word_index_says_the_same_after_saving(tmp_path: Path) -> None:
    built = Words.build(TEXTS, LANGUAGES)
    built.save(tmp_path)
    loaded = Words.load(tmp_path, len(TEXTS))
    for question in ("parcels in two days", "zwrot paczki", "退货"):
        before, after = built.spoken(question), loaded.spoken(question)
        assert after.bm25.tolist() == before.bm25.tolist()
        assert after.coverage.tolist() == before.coverage.tolist()
        assert before.bm25.max() > 0
