import re

from bot.pages.article_page import article_page
from kb.passage import split
from tests.bot.fakes import RETURNS, article


def test_every_anchor_that_a_passage_cites_is_on_the_page():
    headings = ("> ## Price", "## Price & time", "### Price", "## Price", "## 价格", "## السعر")
    body = "Top.\n\n" + "\n\n".join(f"{heading}\n\nText." for heading in headings)
    made = article_page(article("a", "A title", body))
    assert '<h3 dir="auto" id="price">Price</h3>' in made
    anchors = {one.anchor for one in split(article("a", "A title", body), lambda text: 100) if one.anchor}
    assert len(anchors) == 5
    assert anchors == set(re.findall(r'id="([^"]*)"', made))


def test_the_page_has_the_article_s_language_direction_title_and_date():
    made = article_page(article("a", "عنوان <b>", "نص", "ar"))
    assert '<html lang="ar" dir="rtl">' in made
    assert "<h1>عنوان &lt;b&gt;</h1>" in made
    assert 'checked on <time datetime="2026-03-01">' in article_page(RETURNS)


def test_what_looks_like_a_place_to_fill_stays_text():
    assert "$body costs $5" in article_page(article("a", "A", "$body costs $5"))
