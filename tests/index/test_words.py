from pathlib import Path

import numpy as np
import pytest

from index.words import DOUBT, GRAM, Spoken, Words, fold, grams, same_words, words

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


def test_the_only_article_with_all_the_words_covers_more_than_any_other() -> None:
    spoken = Words.build(TEXTS, LANGUAGES).spoken("returning gifts")
    assert 0 < spoken.coverage[0] < 1
    assert spoken.coverage[1:].tolist() == [0.0, 0.0, 0.0]
    assert spoken.known.tolist() == [
        1.0,
        1.0,
        0.0,
        0.0,
    ]  # the language knows them, whether or not the article does
    assert spoken.bm25[0] > 0


def test_coverage_is_the_share_of_what_the_best_article_would_get_for_these_words_and_one_more() -> None:
    """Two English articles: a word of one weighs log(1 + 1.5 / 1.5), an unknown one log(1 + 2.5 / 0.5)."""
    built = Words.build(["alpha", "beta"], ["en", "en"])
    bm25 = float(built.spoken("alpha").bm25[0])
    for question, unknown in (("alpha", DOUBT), ("alpha gamma", 1 + DOUBT), ("alpha gamma delta", 2 + DOUBT)):
        coverage = built.spoken(question).coverage
        assert coverage.tolist() == pytest.approx([bm25 / (bm25 + unknown * np.log(6)), 0.0], rel=1e-5)
    assert built.spoken("alpha gamma").known.tolist() == [0.5, 0.5]


def test_one_shared_word_is_never_full_coverage_however_rare_it_is() -> None:
    """A hundred articles, one of which has the number: it covers less than half of a question about it."""
    texts = [f"Article about subject{place}" for place in range(99)] + ["Parcels in 2026"]
    spoken = Words.build(texts, ["en"] * 100).spoken("2026")
    assert 0 < spoken.coverage[99] < 0.5
    assert spoken.coverage.argmax() == 99
    assert 0 < spoken.grams[99] < 0.5


def test_the_more_words_are_shared_the_less_the_doubt_weighs() -> None:
    texts = [f"Article about subject{place}" for place in range(99)] + ["gift label parcel counter insured"]
    built = Words.build(texts, ["en"] * 100)
    asked = ["gift", "gift label", "gift label parcel", "gift label parcel counter insured"]
    coverage = [float(built.spoken(question).coverage[99]) for question in asked]
    assert coverage == sorted(coverage)
    assert coverage[-1] > coverage[0] + 0.2


def test_words_are_cut_into_groups_of_four_letters_with_their_ends_marked() -> None:
    assert grams("Return it") == ["_ret", "retu", "etur", "turn", "urn_", "_it_"]
    assert grams("a 🎉") == ["_a_"]
    assert grams("Zwrócić") == grams("zwrocic")


def test_chinese_is_cut_into_groups_of_two_characters() -> None:
    assert grams("退货需要") == ["退货", "货需", "需要"]
    assert grams("退") == ["退"]


def test_a_rearranged_chinese_question_is_found_by_its_groups_of_two() -> None:
    """The words differ where the characters are cut apart in another way; the groups do not."""
    built = Words.build(["退货需要三十天", "送货需要两天", "自行车保修"], ["zh"] * 3)
    assert built.spoken("三十天内退货").grams.argmax() == 0
    assert built.spoken("自行车").grams.tolist() == [0.0, 0.0, pytest.approx(built.spoken("自行车").grams[2])]
    assert built.spoken("自行车").grams[2] > 0


@pytest.mark.parametrize(
    ("question", "language", "texts"),
    [
        ("gaurantee", "en", ["Guarantee of frames", "Delivery of parcels"]),
        ("gurantee", "en", ["Guarantee of frames", "Delivery of parcels"]),
        ("leveringstid", "da", ["Levering af pakker", "Garanti på stel"]),
        ("pakkelevering", "da", ["Levering af pakker", "Garanti på stel"]),
        ("rowerowego", "pl", ["Rower i kask", "Zwrot paczki"]),
        ("المرتجعات", "ar", ["مرتجع الطلب", "توصيل الطرود"]),
    ],
    ids=["a wrong letter", "a missing letter", "a compound", "a compound's end", "an ending", "an article"],
)
def test_letter_groups_find_what_words_do_not(question: str, language: str, texts: list[str]) -> None:
    spoken = Words.build(texts, [language] * 2).spoken(question)
    assert spoken.grams[0] > spoken.grams[1]
    assert spoken.grams[0] > 0
    if language != "ar":  # its stemmer knows the article
        assert spoken.coverage.tolist() == [0.0, 0.0]


def test_the_groups_of_a_question_are_compared_with_the_most_an_article_could_get() -> None:
    """By hand: each of two articles' own groups weighs the same, each unknown one log(1 + 2.5 / 0.5)."""
    built = Words.build(["abcd", "wxyz"], ["xx", "xx"])
    groups = len(grams("abcd"))
    whole, half = built.spoken("abcd").grams[0], built.spoken("abcd lmno").grams[0]
    own = whole * DOUBT * GRAM * np.log(6) / (1 - whole)
    assert (groups, own > 0) == (3, True)
    assert half == pytest.approx(own / (own + (groups + DOUBT * GRAM) * np.log(6)), rel=1e-5)


def test_what_may_not_be_looked_at_says_nothing() -> None:
    spoken = Words.build(TEXTS, LANGUAGES).spoken("parcels gifts").of(np.array([False, True, True, True]))
    assert spoken.coverage[0] == spoken.grams[0] == spoken.bm25[0] == spoken.known[0] == 0.0
    assert spoken.coverage[1] == Words.build(TEXTS, LANGUAGES).spoken("parcels gifts").coverage[1] > 0


def test_a_language_knows_the_words_that_any_of_its_articles_has() -> None:
    texts = Words.build(TEXTS, LANGUAGES)
    assert [texts.weight(word, "da") for word in ("gift", "quantum")] == [0.0, 0.0]
    assert texts.weight("quantum", "en") == pytest.approx(np.log(6))
    assert 0 < texts.weight(words("gifts", "en")[0], "en") < texts.weight("quantum", "en")


def test_coverage_lies_between_0_and_1_for_any_question() -> None:
    built = Words.build(TEXTS, LANGUAGES)
    for question in ["parcels parcels parcels", *TEXTS, "two days gifts", "zwrot", "退货", "?", "", "🎉"]:
        for covered in (built.spoken(question).coverage, built.spoken(question).grams):
            assert 0.0 <= covered.min() <= covered.max() < 1.0, question


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
    nothing = Words.build(TEXTS, LANGUAGES).spoken("?")
    assert nothing.grams.tolist() == nothing.coverage.tolist() == [0.0] * 4


def test_a_language_that_has_nothing_but_pictures_is_no_obstacle(tmp_path: Path) -> None:
    built = Words.build(["🎉🎉", "Parcels"], ["da", "en"])
    assert (built.spoken("parcel").coverage > 0).tolist() == [False, True]
    (tmp_path / "words").mkdir()
    built.save(tmp_path / "words")
    assert Words.load(tmp_path / "words", 2).spoken("parcel").known.tolist() == [0.0, 1.0]


def test_the_word_index_says_the_same_after_saving(tmp_path: Path) -> None:
    built = Words.build(TEXTS, LANGUAGES)
    built.save(tmp_path)
    loaded = Words.load(tmp_path, len(TEXTS))
    for question in ("parcels in two days", "zwrot paczki", "退货", "parsels zwrotu"):
        before, after = built.spoken(question), loaded.spoken(question)
        for said in Spoken.__slots__:
            assert getattr(after, said).tolist() == getattr(before, said).tolist(), said
        assert before.grams.max() > 0
        assert loaded.known(question) == built.known(question)
    assert loaded.rarity("parcel", "en") == built.rarity("parcel", "en") != built.rarity("gift", "en")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kan jeg bruge flere gavekort?", "kan jeg bruge  flere gavekort", True),
        ("Czy zwrócę?", "CZY ZWROCE", True),
        ("Can I return it?", "Can I not return it?", False),
        ("E1", "E10", False),
    ],
)
def test_texts_are_the_same_but_for_capitals_accents_and_spaces(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
