from collections.abc import Sequence
from pathlib import Path

import pytest

from index.names import Names

ENGLISH = """The Strand E2 is an e-bike. It has a Brisqa motor and takes you 90 km.
Returns are free. Send it back to Aarhus - Denmark. Most returns take 5 days, and we pay by PayPal."""
DANISH = "Strand E2 er en elcykel. Den har en motor fra Brisqa. Vi tager imod en retur, når Strand er hel."
CHINESE = "退货需要5天。用PayPal付款。我们的Strand E2是电动车。"
GERMAN = "Die Lieferung dauert drei Tage. Der Versand der Ware ist frei, die Rechnung liegt im Paket bei R2."


def names_of(
    *written: tuple[str, str], others: Sequence[str] = ("an article", "and another", "a third")
) -> Names:
    texts = [*(text for text, _ in written), *others]
    return Names.of(written, texts, range(len(texts)))


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("which museum shows a Strand E2?", "which museum shows a ?"),
        ("which museum shows a strand e2?", "which museum shows a ?"),
        ("is 90 divisible by 7", "is divisible by 7"),
        ("do you take paypal", "do you take"),
        ("how long do returns take", None),
        ("is the most free", None),
        ("Strand E2", None),
        ("90?", None),
        ("", None),
    ],
)
def test_names_and_numbers_of_the_articles_are_left_out(question: str, rest: str | None) -> None:
    assert names_of((ENGLISH, "en")).without(question) == rest


def test_a_word_that_one_language_writes_small_is_no_name_in_another() -> None:
    danish = ("Tryk på knappen Returns for at begynde, og vent så på svar fra os.", "da")
    assert names_of(danish).without("how do returns work") == "how do work"
    assert names_of(danish, (ENGLISH, "en")).without("how do returns work") is None


def test_in_a_script_without_capitals_names_are_what_is_written_in_another() -> None:
    names = names_of((CHINESE, "zh"))
    assert names.without("哪个博物馆展出Strand E2") == "哪个博物馆展出"
    assert names.without("退货要5天吗") == "退货要 天吗".replace(" ", "")
    assert names.without("退货要多久") is None


def test_where_nouns_have_capitals_only_digits_tell() -> None:
    names = names_of((GERMAN, "de"))
    assert names.without("wie lange dauert die Lieferung") is None
    assert names.without("wo steht R2") == "wo steht"


def test_the_first_word_of_a_sentence_is_no_name_for_its_capital() -> None:
    for text in (
        "Parcels come home.",
        "We know. Parcels come home.",
        "Home\nParcels come",
        "Home - Parcels come",
    ):
        assert "parcels" not in names_of((text, "en")).words, text
    assert "parcels" in names_of(("we call them Parcels and so on and on and on", "en")).words


def test_what_more_than_a_quarter_of_the_articles_have_tells_none_apart() -> None:
    """Two of nine are few, three are a third."""
    text = "we speak of Bitcoin and so on and on and on and on"
    others = ["nothing"] * 6
    assert "bitcoin" in names_of((text, "en"), others=[text, *others, ""]).words
    assert "bitcoin" not in names_of((text, "en"), others=[text, text, *others]).words


def test_an_article_in_two_languages_counts_once() -> None:
    sentences = [(ENGLISH, "en"), (DANISH, "da")]
    texts = [ENGLISH, DANISH, *["nothing"] * 4]
    assert {"strand", "e2", "brisqa"} <= Names.of(sentences, texts, [0, 0, 1, 2, 3, 4]).words
    assert "strand" in Names.of(sentences, [*texts, ENGLISH], [0, 0, 1, 2, 3, 4, 0]).words


def test_names_are_the_same_after_saving(tmp_path: Path) -> None:
    names = names_of((ENGLISH, "en"), (CHINESE, "zh"))
    names.save(tmp_path / "names.json")
    assert Names.load(tmp_path / "names.json") == names
