import re
from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.article import Article
from kb.passage import Passage, Place, split


def words(text: str) -> int:
    return len(text.split())


def signs(text: str) -> int:
    return len(text)


def passages(body: str, least: int = 4, most: int = 20, language: str = "en") -> tuple[Passage, ...]:
    return split(Article("a", language, "Title", body, 4, f"{language}/a.md"), words, least, most)


def texts(body: str, least: int = 4, most: int = 20) -> list[str]:
    return [passage.text for passage in passages(body, least, most)]


def run(name: str, count: int) -> str:
    return " ".join(f"{name}{number}" for number in range(count)) + "."


def test_a_passage_follows_its_heading_and_knows_its_lines() -> None:
    body = f"{run('top', 5)}\n\n## Send *it*\n\n{run('a', 12)}\n\n### By post\n\n{run('b', 12)}\n"
    found = passages(body, most=14)
    assert [(one.heading, one.anchor, one.first_line, one.last_line) for one in found] == [
        ((), "", 4, 4),
        (("Send it",), "send-it", 8, 8),
        (("Send it", "By post"), "by-post", 12, 12),
    ]
    assert [one.text for one in found] == [run("top", 5), run("a", 12), run("b", 12)]


def test_the_title_as_a_heading_is_not_repeated() -> None:
    found = passages(f"# Title\n\n## Part\n\n{run('a', 6)}\n")
    assert [(one.heading, one.text) for one in found] == [(("Part",), run("a", 6))]


def test_anchors_are_unique_and_as_code_hosts_make_them() -> None:
    body = "".join(f"## {name}\n\n{run('w', 6)}\n\n" for name in ("Où, why?", "Où why", "退货 政策", "???"))
    assert [one.anchor for one in passages(body, most=8)] == ["où-why", "où-why-1", "退货-政策", "section"]


def test_each_heading_within_a_passage_has_a_place_of_its_own() -> None:
    faults = "".join(f"### Fault {name}\n\n{run(name, 2)}\n\n" for name in "ab")
    body = f"> ## Quoted\n\n## Faults\n\n{faults}## Care\n\n{run('c', 3)}\n\n### Fault a\n\n{run('d', 9)}\n"
    quoted, only, care, last = passages(body, least=3, most=13)
    assert quoted.places == (Place((), ""),)
    assert (only.heading, only.anchor) == (("Faults",), "fault-a")
    assert only.places == (
        Place(("Faults",), "fault-a"),
        Place(("Faults", "Fault a"), "fault-a"),
        Place(("Faults", "Fault b"), "fault-b"),
    )
    assert care.places == (Place(("Care",), "care"),)
    assert last.places == (Place(("Care", "Fault a"), "fault-a-1"),)


def test_a_smaller_heading_within_a_passage_stands_below_the_larger_ones() -> None:
    body = "## One\n\n### Part\n\na b\n\n### Other\n\nc d\n\n## Two\n\ne f\n"
    (only,) = passages(body, least=10, most=50)
    assert [one.heading for one in only.places] == [
        *((), ("One",), ("One", "Part"), ("One", "Other"), ("Two",)),
    ]


def test_a_short_section_joins_the_next_under_the_same_heading() -> None:
    body = f"## One\n\n{run('a', 2)}\n\n## Two\n\n{run('b', 6)}\n"
    (only,) = passages(body)
    assert only.text == body.strip()
    assert (only.heading, only.anchor, only.first_line, only.last_line) == ((), "one", 4, 10)


def test_a_short_end_of_a_section_takes_from_the_text_before_it() -> None:
    body = f"{run('a', 6)}\n\n{run('b', 6)}\n\n{run('c', 2)}"
    assert texts(body, most=12) == [run("a", 6), f"{run('b', 6)}\n\n{run('c', 2)}"]


def test_what_fits_nowhere_stays_alone() -> None:
    body = f"## One\n\n{run('a', 20)}\n\n## Two\n\nb.\n\n## Three\n\n{run('c', 20)}"
    assert texts(body) == [run("a", 20), "b.", run("c", 20)]


def test_a_long_paragraph_is_cut_after_sentences() -> None:
    sentences = [run(name, 8) for name in ("A", "B", "C")]
    assert texts(" ".join(sentences)) == [" ".join(sentences[:2]), sentences[2]]


def test_chinese_is_cut_without_spaces() -> None:
    article = Article("a", "zh", "退货", "商品可以退货。" * 20, 4, "zh/a.md")
    found = split(article, signs, 10, 50)
    assert [one.text for one in found] == ["商品可以退货。" * 7, "商品可以退货。" * 7, "商品可以退货。" * 6]


def test_a_link_is_not_cut() -> None:
    link = "[Read this. And that. And more](https://example.com/a)"
    assert any(link in text for text in texts(f"{run('a', 16)} {link} {run('b', 16)}"))


def test_lists_tables_and_code_stay_whole_up_to_twice_the_length() -> None:
    for block in ("\n".join(f"- item {n} here" for n in range(9)), "```\n" + "a b c\n" * 12 + "```"):
        assert texts(f"{run('a', 18)}\n\n{block}") == [run("a", 18), block]


def test_a_long_table_is_cut_between_rows_with_its_header() -> None:
    header = "| size | price |\n|---|---|\n"
    rows = [f"| s{n} | p{n} |" for n in range(12)]
    found = texts(header + "\n".join(rows), most=26)
    assert len(found) > 1
    assert all(text.startswith(header) for text in found)
    assert [row for text in found for row in text.split("\n")[2:]] == rows


def test_a_table_is_measured_as_it_is_encoded() -> None:
    header = "| a long name of a column | b |\n|---|---|\n"
    found = passages(header + "\n".join(f"| s{n} | p{n} |" for n in range(12)), most=40)
    assert max(words(one.plain) for one in found) <= 40


def test_a_passage_gives_its_words_alone() -> None:
    (only,) = passages("See [the *page*](https://example.com) and `code`.")
    assert only.plain == "See the page and code."


WORD = st.sampled_from([f"{name}{number}" for name in "abc" for number in range(9)])
LINE = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
PARAGRAPH = st.lists(LINE.map(lambda line: line.capitalize() + "."), min_size=1, max_size=6).map(" ".join)
LIST = st.lists(LINE, min_size=1, max_size=8).map(lambda items: "\n".join(f"- {item}" for item in items))
CODE = st.lists(LINE, min_size=1, max_size=4).map(lambda lines: "\n".join(["```", *lines, "```"]))
QUOTE = st.lists(LINE, min_size=1, max_size=4).map(lambda lines: "\n".join(f"> {line}" for line in lines))
HEADING = st.tuples(st.integers(1, 4), st.integers(0, 999)).map(lambda pair: f"{'#' * pair[0]} Head{pair[1]}")
BODY = st.lists(st.one_of(PARAGRAPH, LIST, CODE, QUOTE, HEADING), min_size=1, max_size=14).map("\n\n".join)


def bag(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


@settings(max_examples=300, deadline=None)
@given(BODY, st.integers(0, 12), st.integers(12, 40))
def test_every_word_is_in_one_passage_or_in_its_heading(body: str, least: int, most: int) -> None:
    found = passages(body, least, most)
    text = "\n\n".join(one.text for one in found)
    plain = re.sub(r"^#.*$", "", body, flags=re.MULTILINE)
    inside = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    assert bag(inside) == bag(plain)
    above = [name for one in found for name in one.heading]
    for heading in re.findall(r"^#+ (.*)$", body, flags=re.MULTILINE):
        assert heading in above or re.search(rf"^#+ {heading}$", text, flags=re.MULTILINE)


@settings(max_examples=300, deadline=None)
@given(BODY, st.integers(0, 12), st.integers(12, 40))
def test_no_passage_is_too_long_and_their_lines_ascend(body: str, least: int, most: int) -> None:
    found = passages(body, least, most)
    for one in found:
        whole = re.search(r"^(?:- |```)", one.text, flags=re.MULTILINE)
        assert words(one.text) <= (2 * most if whole else most)
        assert one.first_line <= one.last_line
    assert all(before.last_line <= after.first_line for before, after in pairwise(found))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a# -|`~>*.\n1[]():<!\t", max_size=80))
def test_any_markdown_can_be_split(body: str) -> None:
    found = split(Article("a", "en", "Title", body, 1, "en/a.md"), signs, 5, 30)
    joined = "".join("".join(one.heading) + one.text for one in found)
    assert Counter(re.findall("[a1]", body)).keys() <= Counter(joined).keys()
