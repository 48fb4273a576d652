from dataclasses import replace

import pytest

from bot.finder.search import GENERAL, LONGEST, Search, find, products
from tests.bot.fakes import DELIVERY, LIBRARY, RETURNS, SECRET, WARRANTY, FakeIndex, settings

ARC = replace(WARRANTY, slug="arc", title="Warranty of the Arc", product="Arc 500")
INDEX = FakeIndex((*LIBRARY, ARC))


def slugs(**search):
    found = find(INDEX, settings(), Search("warranty return parcel goodwill", **search))
    return {hit.passage.article.slug for hit in found.hits}


def test_agents_find_their_own_articles_beside_those_of_customers():
    assert slugs() == {"returns", "delivery", "warranty", "goodwill", "arc"}


@pytest.mark.parametrize(
    ("readers", "expected"),
    [("public", {"returns", "delivery", "warranty", "arc"}), ("agents", {"goodwill"})],
)
def test_only_what_is_written_for_some_readers_is_found(readers, expected):
    assert slugs(readers=readers) == expected


def test_only_what_is_on_a_product_is_found():
    assert slugs(product="Arc 500") == {"arc"}
    assert slugs(product=GENERAL) == {"returns", "delivery", "warranty", "goodwill"}
    assert slugs(product="Arc 500", readers="agents") == set()


def test_the_words_are_one_line_and_no_novel():
    assert Search("  two \n words\t").asked == "two words"
    assert len(Search("return " * 20_000).asked) <= LONGEST


def test_products_are_named_once_in_order():
    articles = [replace(RETURNS, product=name) for name in ("beta", "Alpha", "beta", None)]
    assert products([*articles, DELIVERY, SECRET]) == ("Alpha", "beta")
