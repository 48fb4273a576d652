from pathlib import Path

import pytest

from index.index import Index
from kb.language import Language
from tests.index.fakes import SHOP, Workshop, article

ENGLISH = Language("en", 1.0)
FILLER = "You may ask us about it whenever you like, and then we will tell you more of what we know. " * 5
PARCELS = article(
    "Parcels abroad",
    "\n\n".join(
        [
            f"We send them. {FILLER}",
            f"## What it costs\n\n| Norway | 49 |\n|---|---|\n| Iceland | 99 |\n\n{FILLER}",
            f"## Labels\n\nThe label waits at the zeppelin counter. {FILLER}",
        ]
    ),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Index:
    workshop = Workshop(tmp_path_factory.mktemp("excerpt"), samples)
    workshop.build({**SHOP, "en/parcels.md": PARCELS})
    return workshop.open()


def heading(index: Index, question: str) -> str:
    hit = index.search(question, ENGLISH).hits[0]
    assert hit.passage.article.slug == "parcels"
    return " ".join(hit.passage.heading)


def test_the_passage_whose_heading_is_near_is_shown_where_its_text_is_a_table(index: Index) -> None:
    assert heading(index, "parcels abroad what it costs") == "What it costs"


def test_the_passage_that_holds_the_rare_word_is_shown(index: Index) -> None:
    assert heading(index, "parcels abroad zeppelin") == "Labels"
    assert heading(index, "parcels abroad Iceland") == "What it costs"


def test_the_passage_shown_is_one_of_the_articles_own(index: Index) -> None:
    for question in ("parcels abroad", "costs", "?", "包裹"):
        for hit in index.search(question, ENGLISH, k=10).hits:
            assert hit.passage in index.passages(hit.passage.article)
