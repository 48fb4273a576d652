from collections.abc import Sequence

from kb.block import Span, blocks, cut, written

BODY = """# One *two*

A line
and another.

- a
- b
    - c

| h | i |
|---|---|
| 1 | 2 |
| 3 | 4 |

~~~ python
x
y
~~~

[link]: https://example.com
"""


def words(spans: Sequence[Span]) -> int:
    return len(written(BODY, spans).split())


def test_every_line_with_words_is_in_one_block() -> None:
    found = blocks(BODY)
    assert [block.kind for block in found] == ["heading", "paragraph", "list", "table", "fence", "text"]
    assert "\n\n".join(written(BODY, [block.span]) for block in found) == BODY.strip()
    assert (found[0].level, found[0].words) == (1, "One two")


def test_a_list_is_cut_before_its_items() -> None:
    assert [written(BODY, [span]) for span in cut(BODY, blocks(BODY)[2], words, 2, "en")] == [
        "- a",
        "- b",
        "    - c",
    ]


def test_a_table_is_cut_between_rows_and_repeats_its_header() -> None:
    pieces = [written(BODY, [span]) for span in cut(BODY, blocks(BODY)[3], words, 12, "en")]
    assert pieces == [BODY[BODY.index("| h") : BODY.index("\n\n~~~")]]
    pieces = [
        written(BODY, [span]) for span in cut(BODY, blocks(BODY)[3], lambda spans: 2 * words(spans), 22, "en")
    ]
    assert pieces == ["| h | i |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"]


def test_code_is_cut_between_lines_and_keeps_its_fences() -> None:
    body = "~~~ python\n" + "\n".join(f"x = {n}" for n in range(20)) + "\n~~~"

    def size(spans: Sequence[Span]) -> int:
        return len(written(body, spans).split())

    pieces = [written(body, [span]) for span in cut(body, blocks(body)[0], size, 24, "en")]
    assert pieces[0].split("\n") == ["~~~ python", *(f"x = {n}" for n in range(7)), "~~~"]
    assert pieces[-1].split("\n") == ["~~~ python", *(f"x = {n}" for n in range(14, 20)), "~~~"]


def test_neighbours_keep_what_lies_between_them() -> None:
    found = blocks(BODY)
    assert written(BODY, [found[0].span, found[1].span]) == "# One *two*\n\nA line\nand another."
