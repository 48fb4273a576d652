from dataclasses import replace

import pytest

from bot.answer.link import find, followed
from tests.bot import fakes
from tests.bot.fakes import article

RETURNS = article("returns", "Returns", "")
NESTED = article("bikes/strand", "Strand", "")
INDEX = replace(article("bikes", "Bikes", ""), path="en/bikes/index.md")


@pytest.mark.parametrize(
    ("of", "written", "led"),
    [
        (RETURNS, "[x](delivery.md)", "[x](/articles/en/delivery)"),
        (RETURNS, "[x](delivery.md#price)", "[x](/articles/en/delivery#price)"),
        (RETURNS, '[x](delivery.md "title")', '[x](/articles/en/delivery "title")'),
        (RETURNS, "![x](img/box.png)", "![x](/articles/en/img/box.png)"),
        (NESTED, "[x](kaj.md)", "[x](/articles/en/bikes/kaj)"),
        (NESTED, "[x](../returns.md)", "[x](/articles/en/returns)"),
        (NESTED, "[x](../../da/returns.md)", "[x](/articles/da/returns)"),
        (INDEX, "[x](kaj.md)", "[x](/articles/en/bikes/kaj)"),
        (RETURNS, "[x](bikes/index.md)", "[x](/articles/en/bikes)"),
        (RETURNS, "[x](<delivery.md>)", "[x](</articles/en/delivery>)"),
        (RETURNS, "[x][1]\n\n[1]: delivery.md#price", "[x][1]\n\n[1]: /articles/en/delivery#price"),
        (RETURNS, "[Note]: not a link", "[Note]: not a link"),
        (RETURNS, "a[0](not a link)", "a[0](not a link)"),
        (RETURNS, "[x](../../../../etc/passwd)", "[x](/articles/en/etc/passwd)"),
        (RETURNS, "[x](https://a.example/b.md)", "[x](https://a.example/b.md)"),
        (RETURNS, "[x](#price)", "[x](/articles/en/returns#price)"),
        (RETURNS, "[x]()", "[x]()"),
        (RETURNS, "[x](/elsewhere)", "[x](/elsewhere)"),
        (RETURNS, "[x](mailto:a@b.example)", "[x](mailto:a@b.example)"),
        (RETURNS, "[x](b(1).md)", "[x](/articles/en/b%281%29)"),
        (RETURNS, r"[x](b\(1\).md#a\))", "[x](/articles/en/b%281%29#a%29)"),
        (RETURNS, "[x](<my file.md#a>)", "[x](</articles/en/my%20file#a>)"),
        (RETURNS, "[x](my%20file.md)", "[x](/articles/en/my%20file)"),
        (RETURNS, "[x](delivery.md?a=1#price)", "[x](/articles/en/delivery?a=1#price)"),
        (RETURNS, "> [x][1]\n>\n> [1]: <my file.md>", "> [x][1]\n>\n> [1]: </articles/en/my%20file>"),
        (RETURNS, "`[x](a.md)` [x](b.md)", "`[x](a.md)` [x](/articles/en/b)"),
        (RETURNS, "``[x](a.md) ` `` [x](b.md)", "``[x](a.md) ` `` [x](/articles/en/b)"),
        (RETURNS, "a ` b\n\n[x](b.md) `", "a ` b\n\n[x](/articles/en/b) `"),
        (RETURNS, "```\n[x](a.md)\n```\n[x](b.md)\n", "```\n[x](a.md)\n```\n[x](/articles/en/b)\n"),
        (RETURNS, "    [x](a.md)\n\n[x](b.md)", "    [x](a.md)\n\n[x](/articles/en/b)"),
    ],
)
def test_a_link_from_file_to_file_leads_from_page_to_page(of, written, led):
    assert followed(written, of) == led


def test_an_article_is_found_by_its_language_and_its_slug():
    assert find(fakes.LIBRARY, "en", "returns") is fakes.RETURNS
    assert find(fakes.LIBRARY, "en", "vanished") is None
    assert find(fakes.LIBRARY, "pl", "returns") is None
