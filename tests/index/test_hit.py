from index.hit import Found, Hit
from kb.article import Article
from kb.language import Language
from kb.passage import Passage

ENGLISH = Language("en", 1.0)


def hit(confidence: float) -> Hit:
    passage = Passage(Article("a", "en", "A", "Text", 1, "en/a.md"), (), "", "Text", 1, 1)
    return Hit(passage, "title", "A", 0.5, confidence, {"title": 0.5}, 1.0)


def test_the_confidence_of_a_search_is_that_of_its_first_hit() -> None:
    assert Found("?", ENGLISH, (hit(0.7), hit(0.2)), 1.0).confidence == 0.7


def test_where_nothing_was_found_there_is_no_confidence() -> None:
    assert Found("?", ENGLISH, (), 1.0).confidence == 0.0
