import pytest

from kb.markdown import first_heading, plain, table_rows


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("See [our *page*](https://a.b/c).", "See our page."),
        ("![A red *box*](box.png)", "A red box"),
        ("Go to https://a.b/c?d=e. Then stop.", "Go to . Then stop."),
        ("Write to <help@example.com> or <https://a.b>", "Write to help@example.com or"),
        ("Run `make` now", "Run make now"),
        ("```\na = 1\nb = 2\n```", "a = 1\nb = 2"),
        ("# One\n\ntwo\nthree\n\n- four\n- five", "One\ntwo three\nfour\nfive"),
        ("| Size | Price |\n|---|---|\n| S | 3 |\n| L | |", "Size: S; Price: 3\nSize: L"),
        ("|  | Price |\n|---|---|\n| S | 3 |", "S; Price: 3"),
        ("<div>Hey <b>you</b></div>\n\n<script>bad()</script>\n\nText <i>here</i>", "Hey you\nText here"),
        ("&amp; ~~gone~~ a\\*b", "& gone a*b"),
        ("", ""),
    ],
)
def test_the_words_of_markdown(markdown: str, words: str) -> None:
    assert plain(markdown) == words


def test_the_first_heading_is_the_one_at_the_very_start() -> None:
    assert first_heading("\nTitle *here*\n=====\n\nText") == "Title here"
    assert first_heading("## Smaller") is None
    assert first_heading("Text\n\n# Later") is None


def test_the_rows_of_all_tables_with_what_heads_each_cell() -> None:
    text = (
        "| | DE |\n|---|---|\n| **Parcel** | 2 |\n| Letter | |\n\nBetween.\n\n| a |\n|---|\n| [b](c.md) |\n"
    )
    assert table_rows(text) == [[("", "Parcel"), ("DE", "2")], [("", "Letter"), ("DE", "")], [("a", "b")]]
