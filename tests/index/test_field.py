from index.field import Field, fields_of
from index.view import LONG, SHORT
from kb.article import Article
from kb.passage import Passage, split


def article(
    slug: str, title: str, body: str, language: str = "en", questions: tuple[str, ...] = ()
) -> Article:
    return Article(slug, language, title, body, 1, f"{language}/{slug}.md", questions=questions)


RETURNS = article("returns", "Returns", "Within 30 days.", questions=("Send it back?", "A gift?"))
DELIVERY = article("delivery", "Delivery", "Two days.")


def passages(*articles: Article) -> list[Passage]:
    return [passage for one in articles for passage in split(one, lambda text: len(text.split()))]


def test_the_fields_of_an_article_are_its_title_its_questions_and_its_passages() -> None:
    fields = fields_of([RETURNS, DELIVERY], passages(DELIVERY, RETURNS))
    assert fields == (
        Field("title", "Returns", 0),
        Field("question", "Send it back?", 0),
        Field("question", "A gift?", 0),
        Field("passage", "Returns\nWithin 30 days.", 0, 1),
        Field("title", "Delivery", 1),
        Field("passage", "Delivery\nTwo days.", 1, 0),
    )


def test_titles_and_alternate_questions_are_seen_as_customers_questions_are() -> None:
    views = [field.views for field in fields_of([RETURNS], passages(RETURNS))]
    assert views == [SHORT, SHORT, SHORT, LONG]


def test_a_passage_is_embedded_below_its_title_and_headings() -> None:
    passage = Passage(RETURNS, ("Price", "By post"), "by-post", "It costs **49** kroner.", 9, 9)
    embedded, heading = fields_of([RETURNS], [passage])[-2:]
    assert embedded == Field("passage", "Returns - Price - By post\nIt costs 49 kroner.", 0, 0)
    assert heading == Field("heading", "Returns - Price - By post", 0, 0)
    assert (embedded.views, heading.views) == (LONG, SHORT)


def test_headings_within_a_passage_are_fields_in_place_of_those_above_it() -> None:
    text = "## By post ##\n49 kroner.\n\n### Abroad\n99 kroner.\n\n#5 is no heading"
    passage = Passage(RETURNS, ("Price",), "price", text, 9, 14)
    headings = [field.text for field in fields_of([RETURNS], [passage]) if field.kind == "heading"]
    assert headings == ["Returns - Price - By post", "Returns - Price - Abroad"]


def test_a_heading_is_what_a_reader_sees_as_one() -> None:
    text = "The *red* lamp\n---\nIt blinks.\n\n```\n# restart the router\n```\n"
    passage = Passage(RETURNS, (), "", text, 9, 14)
    headings = [field.text for field in fields_of([RETURNS], [passage]) if field.kind == "heading"]
    assert headings == ["Returns - The red lamp"]


def test_a_title_that_only_repeats_how_the_text_begins_is_left_out() -> None:
    copied = article("copied", "Within 30 days you may", "Within 30 days  you may\nsend it back.")
    assert fields_of([copied], passages(copied))[-1].text == "Within 30 days you may send it back."


def test_the_same_slug_in_two_languages_keeps_its_passages_apart() -> None:
    danish = article("returns", "Returnering", "Inden for 30 dage.", "da")
    fields = fields_of([RETURNS, danish], passages(RETURNS, danish))
    assert [(field.article, field.text) for field in fields if field.kind == "passage"] == [
        (0, "Returns\nWithin 30 days."),
        (1, "Returnering\nInden for 30 dage."),
    ]
