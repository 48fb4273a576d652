from dataclasses import replace

import pytest

from bot.finder.mark import mark_of, marked
from tests.bot.fakes import LIBRARY, RETURNS, FakeIndex, knowledge

WORDS = f"{'More words. ' * 60}\n\n"


def test_every_passage_is_found_again_by_its_mark():
    index = knowledge()
    passages = [passage for article in LIBRARY for passage in index.passages(article)]
    marks = [mark_of(passage, index) for passage in passages]
    assert len(set(marks)) == len(passages)
    assert [marked(mark, index) for mark in marks] == passages


def test_a_passage_is_found_under_its_heading_when_the_text_above_it_grew():
    long = f"{RETURNS.body.replace('## Price', f'{WORDS}{WORDS}## Price')}{WORDS}"
    before, after = (replace(RETURNS, body=body) for body in (long, f"{WORDS}{long}"))
    last = FakeIndex((before,)).passages(before)[-1]
    assert last.anchor == "price-of-a-return"
    found = marked(mark_of(last, FakeIndex((before,))), FakeIndex((after,)))
    assert found is not None
    assert found.text == last.text
    assert found.first_line > last.first_line


def test_passages_of_one_long_line_have_each_a_mark_of_their_own():
    sentences = " ".join(f"Sentence {number} is about a refund." for number in range(150))
    article = replace(RETURNS, body=f"## Refunds\n\n{sentences}\n")
    index = FakeIndex((article,))
    passages = index.passages(article)
    assert len({passage.first_line for passage in passages}) < len(passages)
    marks = [mark_of(passage, index) for passage in passages]
    assert marks == [f"en/returns#refunds~{place}" for place in range(len(passages))]
    assert [marked(mark, index) for mark in marks] == list(passages)


@pytest.mark.parametrize("place", [0, 1, 2, 30])
def test_where_the_heading_is_gone_the_article_begins(place):
    article = replace(RETURNS, body="\n\n".join(f"## Part {number}\n\n{WORDS}" for number in range(3)))
    index = FakeIndex((article,))
    assert len(index.passages(article)) >= 3
    assert marked(f"en/returns#no-such-heading~{place}", index) == index.passages(article)[0]


@pytest.mark.parametrize(
    "mark", ["en/gone#~0", "", "returns", "en/returns#~x", "../returns#~0", "en/returns#~"]
)
def test_what_is_no_mark_of_an_article_finds_nothing(mark):
    assert marked(mark, knowledge()) is None
