from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from bot.answer.language import language_of, turns

PAGES = ("en", "da", "pl", "ar", "zh")


@dataclass
class Known:
    """Words by language, as the articles hold them."""

    words: Mapping[str, set[str]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.words)

    def known_words(self, question: str) -> Mapping[str, float]:
        asked = question.split()
        return {code: sum(word in held for word in asked) / len(asked) for code, held in self.words.items()}


ARTICLES = Known({"en": {"return", "label"}, "da": {"retur", "garanti"}, "pl": {"zwrot"}})


def test_what_the_asker_said_is_certain() -> None:
    found = language_of("how long does it take", ARTICLES, PAGES, said="da")
    assert (found.code, found.certainty) == ("da", 1.0)


@pytest.mark.parametrize(("text", "code"), [("return label", "en"), ("garanti", "da"), ("zwrot", "pl")])
def test_words_that_only_one_languages_articles_use_tell_it(text: str, code: str) -> None:
    assert language_of(text, ARTICLES, PAGES).code == code


def test_a_sentence_is_not_turned_by_the_articles_words() -> None:
    borrowed = Known({"en": {"cykel", "min", "er", "hvor"}, "da": set()})
    assert language_of("hvor er min nye cykel henne i dag", borrowed, PAGES).code == "da"


def test_words_that_no_article_uses_stay_with_the_conversation() -> None:
    assert language_of("ok", ARTICLES, PAGES, previous="pl").code == "pl"


def test_without_an_index_the_text_alone_decides() -> None:
    assert language_of("退货需要多久", None, PAGES).code == "zh"


@pytest.mark.parametrize("spoken", PAGES)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "ok",
            "OK!",
            "404 error",
            "error 404",
            "iPhone 15",
            "iPhone 15 Pro Max",
            "E07",
            "no",
            "test",
            "lol",
        ),
        *("TV-26-004812", "Sonoval Arc 500", "Kestro Mesh 6", "Apple Pay", "Mastercard", "BLIK", "USB-C"),
        *("HTTP 500 internal server error", "Tind Club Gold", "Bluetooth", "Anna Kowalska", "12:30"),
        *("https://shop.example/help", "a@b.example", "8000 Aarhus", "file not found"),
    ],
)
def test_names_codes_and_a_word_never_turn_a_conversation(text: str, spoken: str) -> None:
    found = language_of(text, ARTICLES, PAGES, previous=spoken)
    assert not turns(text, found, spoken)


@pytest.mark.parametrize(
    ("text", "spoken", "code"),
    [
        ("hvor er min pakke", "en", "da"),
        ("where is my order", "pl", "en"),
        ("gdzie jest moja paczka", "ar", "pl"),
        ("أين طلبي", "en", "ar"),
        ("退货", "da", "zh"),
        ("how do I pair the Arc 500", "zh", "en"),
    ],
)
def test_a_sentence_turns_a_conversation_and_so_does_another_script(
    text: str, spoken: str, code: str
) -> None:
    found = language_of(text, ARTICLES, PAGES, previous=spoken)
    assert found.code == code
    assert turns(text, found, spoken)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wie lange kann ich etwas zurückgeben?", "de"),
        ("Hur länge kan jag returnera en vara?", "sv"),
        ("Ürünü kaç gün içinde iade edebilirim?", "tr"),
        ("Скільки коштує доставка?", "uk"),
        ("Où est mon colis ?", "fr"),
        ("返品は何日以内ですか", "ja"),
    ],
)
@pytest.mark.parametrize("page", ["en", "da", "pl"])
def test_a_language_without_articles_and_phrases_is_not_taken_for_another(
    text: str, code: str, page: str
) -> None:
    found = language_of(text, ARTICLES, PAGES, previous=page)
    assert found.code == code
    assert turns(text, found, page)
    assert language_of("ok", ARTICLES, PAGES, previous=code).code == code


def test_norwegian_is_left_to_danish_where_that_is_served() -> None:
    asked = "kan jeg få pengene tilbake hvis jeg angrer på kjøpet"
    assert language_of(asked, ARTICLES, PAGES, previous="en").code == "da"
    assert language_of(asked, None, ("en", "pl"), previous="en").code == "no"


def test_what_the_articles_words_say_is_no_foreign_language() -> None:
    held = Known({"pl": {"adres", "logowania", "do", "routera"}, "en": set()})
    assert language_of("adres logowania do routera", held, PAGES).code == "pl"
