from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article, parse
from kb.passage import split
from kb.problem import Problem

WHOLE = """---
title: Returns and refunds
questions: [How do I send something back?, Can I return a gift?]
not_questions: [How do I return to the home page?]
audience: agents
product: Shop
tags: [returns]
owner: Ida
reviewed: 2026-11-01
expires: 2027-11-01
colour: green
---

Send it back.
"""


def parsed(source: str) -> tuple[Article | None, tuple[Problem, ...]]:
    return parse(source, "en/returns.md", "en", "returns")


def read(source: str) -> Article:
    article, problems = parsed(source)
    assert article is not None
    assert problems == ()
    return article


def problem(source: str) -> str:
    _, problems = parsed(source)
    assert len(problems) == 1
    return str(problems[0])


def test_every_key_is_read() -> None:
    assert read(WHOLE) == Article(
        slug="returns",
        language="en",
        title="Returns and refunds",
        body="\nSend it back.\n",
        body_line=13,
        path="en/returns.md",
        questions=("How do I send something back?", "Can I return a gift?"),
        not_questions=("How do I return to the home page?",),
        audience="agents",
        product="Shop",
        tags=("returns",),
        owner="Ida",
        reviewed=date(2026, 11, 1),
        expires=date(2027, 11, 1),
        digest=sha256(WHOLE.encode()).hexdigest(),
    )


def test_customers_are_served_what_is_public_through_its_last_day() -> None:
    last, over = date(2027, 11, 1), date(2027, 11, 2)
    article = replace(read(WHOLE), audience="public")
    assert not article.has_expired(last)
    assert article.is_public(last)
    assert article.has_expired(over)
    assert not article.is_public(over)
    assert not read(WHOLE).is_public(last)  # for agents
    assert replace(article, expires=None).is_public(date.max)


def test_a_title_may_look_like_a_number() -> None:
    assert read("---\ntitle: 404\n---\nNot found.\n").title == "404"


def test_a_byte_order_mark_and_windows_line_ends_are_no_part_of_the_body() -> None:
    article = read("\ufeff---\r\ntitle: A\r\n---\r\nOne\r\nTwo\r\n")
    assert (article.body, article.body_line) == ("One\nTwo\n", 4)


def test_a_missing_title_names_the_file_and_the_line() -> None:
    article, problems = parsed("Send it back.\n")
    remedy = "start the file with three lines: ---, title: and what it is about, ---"
    assert article is None
    assert problems == (Problem("en/returns.md:1", f"expected a title: {remedy}"),)


def test_a_heading_stands_in_for_a_missing_title() -> None:
    article, problems = parsed("# Returns *and* refunds\n\nSend it back.\n")
    assert article is not None
    assert article.title == "Returns and refunds"
    assert [found.where for found in problems] == ["en/returns.md:1"]
    assert 'the heading "Returns and refunds" stands in' in problems[0].what


def test_an_unknown_audience_is_kept_from_customers() -> None:
    article, problems = parsed("---\ntitle: A\naudience: everyone\n---\nText\n")
    assert article is not None
    assert article.audience == "agents"
    what = 'unknown audience "everyone": expected public or agents; it is kept from customers until then'
    assert problems == (Problem("en/returns.md:3", what),)


@pytest.mark.parametrize("key", ["audiense", "Audience", "audiance"])
def test_an_article_whose_audience_is_misspelled_is_kept_from_customers(key: str) -> None:
    article, problems = parsed(f"---\ntitle: A\n{key}: agents\n---\nText\n")
    assert article is not None
    assert article.audience == "agents"
    what = f'unknown key "{key}": write audience, if that is meant'
    assert problems == (Problem("en/returns.md:3", f"{what}; the article is kept from customers until then"),)


def test_a_key_that_looks_like_one_of_ours_is_told_and_others_are_left_alone() -> None:
    _, problems = parsed("---\ntitle: A\ntag: [x]\nproduct_id: 7\nauthor: Ole\n---\nText\n")
    assert problems == (Problem("en/returns.md:3", 'unknown key "tag": write tags, if that is meant'),)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("reviewed: soon", 'en/returns.md:3: reviewed is "soon": expected a date like 2026-11-01'),
        ("expires: 2026-13-01", 'en/returns.md:3: expires is "2026-13-01": expected a date like 2026-11-01'),
        (
            "product: [a]",
            "en/returns.md:3: product is a list: expected one text, between quotes if it holds a colon",
        ),
        (
            "questions: [a, b: c]",
            "en/returns.md:3: item 2 of questions is a group of keys: "
            "expected a text, between quotes if it holds a colon",
        ),
        (
            "tags: one",
            'en/returns.md:3: tags is the text "one": '
            "expected a list of texts, each on a line after a dash; it is taken as the only one",
        ),
    ],
)
def test_a_wrong_value_names_key_value_and_what_would_be_right(key: str, said: str) -> None:
    assert problem(f"---\ntitle: A\n{key}\n---\nText\n") == said


def test_broken_front_matter_names_the_line_and_is_not_served() -> None:
    article, problems = parsed("---\ntitle: a: b\n---\nText\n")
    assert article is None
    assert problems[0].where == "en/returns.md:2"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "the file is empty"),
        ("\ufeff \n", "the file is empty"),
        ("---\ntitle: A\n---\n\0\1\2", "binary data"),
    ],
)
def test_nothing_to_say_is_listed_and_not_served(source: str, said: str) -> None:
    assert parsed(source)[0] is None
    assert said in problem(source)


@pytest.mark.parametrize("body", ["\n", "<!-- to do -->\n"])
def test_a_title_without_text_is_listed_and_served_as_it_is(body: str) -> None:
    source = f"---\ntitle: A\n---\n{body}"
    article, problems = parsed(source)
    assert article is not None
    assert [(problem.where, problem.what[:29]) for problem in problems] == [
        ("en/returns.md:4", "expected text below the title")
    ]
    assert [passage.text for passage in split(article, len)] == ["A"]


@given(st.one_of(st.text(), st.text(alphabet="-:[]{}&*!#'\"\n titleabc").map("---\n{}\n---\nText".format)))
def test_no_text_stops_the_reading(source: str) -> None:
    article, problems = parsed(source)
    assert article is not None or problems


GERMAN = "Wir packen Ihr Geschenk gern für Sie ein, wenn Sie es uns bei der Bestellung sagen."
DUTCH = "Wij pakken uw cadeau graag voor u in, als u het ons bij de bestelling laat weten."
ENGLISH = "We are glad to wrap your present, if you tell us so when you place the order with us."
MOVE = "if that is meant, move it to the folder de; else translate it"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (
            "en/a.md",
            GERMAN,
            f"the text is in Deutsch, its folder says English: {MOVE}",
        ),
        ("zh/a.md", GERMAN, f"the text is in Deutsch, its folder says 中文: {MOVE}"),
        ("de/a.md", GERMAN, None),
        ("en/a.md", f"> {GERMAN}\n> {GERMAN}\n\n{ENGLISH}", None),
        ("en/a.md", f"```\n{GERMAN}\n{GERMAN}\n```\n\n{ENGLISH}", None),
        ("en/a.md", f"    {GERMAN}\n    {GERMAN}\n\n{ENGLISH}", None),
        ("en/a.md", f"`{GERMAN} {GERMAN}`\n\n{ENGLISH}", None),
        ("en/a.md", f"{GERMAN}\n\n" * 10 + f"{ENGLISH}\n\n" * 40, None),
        ("en/a.md", "Zelt, Schlafsack, Isomatte, Kocher", None),
        (
            "nl/a.md",
            "Wij pakken uw cadeau graag voor u in, als u het ons bij de bestelling laat weten.",
            None,
        ),
    ],
)
def test_a_text_that_is_surely_in_another_language_than_its_folder_is_told(
    path: str, body: str, told: str | None
) -> None:
    _, problems = parse(f"---\ntitle: A\n---\n{body}\n", path, path[:2], "a")
    assert problems == (() if told is None else (Problem(path, told),))
