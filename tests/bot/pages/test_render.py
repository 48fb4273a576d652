import re

import pytest

from bot.pages.render import html, plain_html, written_html


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<div style="position:fixed;inset:0">over all</div>',
        '<form action="https://evil.example"><input name=card></form>',
        "<iframe src=https://evil.example></iframe>",
        "text\n\n<style>*{display:none}</style>",
        "<svg/onload=alert(1)>",
    ],
)
def test_html_is_shown_as_text(markdown):
    made = html(markdown)
    assert "&lt;" in made
    assert not re.search(r"<(script|img|div|form|input|iframe|style|svg)", made)


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example/x",
        "/\\evil.example",
        "file:///etc/passwd",
    ],
)
def test_a_link_to_anything_but_the_web_a_mailbox_or_here_leads_nowhere(target):
    for markdown in (f"[here]({target})", f"[here](<{target}>)", f"<{target}>"):
        for address in re.findall(r'href="([^"]*)"', html(markdown)):
            assert address.startswith(("/%5C", "/%5c"))


@pytest.mark.parametrize(
    "target", ["https://shop.example/x", "http://a.example", "mailto:help@shop.example", "tel:+4500550140"]
)
def test_a_link_abroad_opens_apart_and_tells_nobody_where_it_was(target):
    made = html(f"[here]({target})")
    assert f'href="{target}"' in made
    assert 'rel="noopener noreferrer nofollow"' in made
    assert 'target="_blank"' in made


@pytest.mark.parametrize("target", ["#price", "/articles/en/returns#price", "returns.md"])
def test_a_link_within_the_site_stays(target):
    assert f'href="{target}"' in html(f"[here]({target})")


def test_images_come_from_this_site_only():
    assert 'src="/articles/en/box.png"' in html("![a box](/articles/en/box.png)")
    for abroad in ("https://evil.example/pixel.png", "//evil.example/p.png", "data:image/png;base64,AA=="):
        assert "src=" not in html(f"![a box]({abroad})")


def test_blocks_find_their_own_direction_and_what_is_in_them_follows():
    made = html("# العنوان\n\nHello\n\n- مرحبا\n- أهلا\n")
    assert made.count('dir="auto"') == 3
    assert '<ul dir="auto">\n<li>' in made


def test_a_table_is_reached_by_the_keyboard_and_nothing_is_headed_by_an_empty_cell():
    shown = html("| | DK |\n|---|---|\n| Parcel | 49 |")
    assert '<table tabindex="0" dir="auto">' in shown
    assert "<td></td>\n<th>DK</th>" in shown


def test_lists_tables_and_code_come_through():
    made = html("1. a\n2. b\n\n|x|y|\n|:-|-|\n|1|2|\n\n```\n<b>\n```\n\n**bold** *it* ~~gone~~ `code`")
    for piece in (
        "<ol",
        "<table",
        "<td>1</td>",
        "<code>&lt;b&gt;",
        "<strong>bold",
        "<em>it",
        "<s>gone",
        "<code>code",
    ):
        assert piece in made
    assert "style=" not in made


def test_headings_bear_the_anchors_they_are_given():
    assert 'id="price"' in html("## Price\n\ntext", ["price"])


def test_a_customer_s_text_is_never_markup():
    assert plain_html("<b>*hi*</b>\n[x](y)") == '<p dir="auto">&lt;b&gt;*hi*&lt;/b&gt;<br>[x](y)</p>'


def test_what_an_agent_wrote_keeps_its_lines_and_its_signs():
    assert written_html("2*3*4 <b>\nnext\n\nlast") == (
        '<p dir="auto">2*3*4 &lt;b&gt;<br>next</p><p dir="auto">last</p>'
    )


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("see https://x.example/articles/en/returns.", "https://x.example/articles/en/returns", "."),
        ("(http://x.example/a?b=1&c=2)", "http://x.example/a?b=1&amp;c=2", ")"),
        ("请看https://x.example/a。谢谢", "https://x.example/a", "。谢谢"),
    ],
)
def test_a_web_address_in_it_is_a_link(text, address, after):
    made = written_html(text)
    assert f'href="{address}"' in made
    assert f">{address}</a>{after}" in made
    assert 'rel="noopener noreferrer nofollow"' in made


@pytest.mark.parametrize("text", ["javascript:alert(1)", "www.x.example", "https://", "mailto:a@x.example"])
def test_what_is_no_web_address_is_no_link(text):
    assert written_html(text) == f'<p dir="auto">{text}</p>'


def test_markup_behind_a_web_address_is_text():
    made = written_html('https://x.example/"onmouseover="alert(1)')
    assert re.findall(r"<a [^>]*>", made) == [
        '<a href="https://x.example/" target="_blank" rel="noopener noreferrer nofollow">'
    ]
