from datetime import date

from index.public import Public
from kb.article import Article

TODAY = date(2026, 11, 20)
OPEN = Article("a", "en", "A", "Text.\n", 1, "en/a.md")
INSIDE = Article("b", "en", "B", "Text.\n", 1, "en/b.md", audience="agents")
OVER = Article("c", "en", "C", "Text.\n", 1, "en/c.md", expires=date(2026, 11, 19))
LAST_DAY = Article("d", "en", "D", "Text.\n", 1, "en/d.md", expires=TODAY)


def test_what_is_for_agents_or_has_expired_is_left_out() -> None:
    public = Public.of((OPEN, INSIDE, OVER, LAST_DAY), TODAY)
    assert public.articles == (OPEN, LAST_DAY)
    assert public.mask is not None
    assert public.mask.tolist() == [True, False, False, True]


def test_where_all_are_public_nothing_has_to_be_masked() -> None:
    assert Public.of((OPEN, LAST_DAY), TODAY) == Public((OPEN, LAST_DAY), None)
