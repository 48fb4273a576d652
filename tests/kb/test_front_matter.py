import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.front_matter import LARGEST, Entry, FrontMatterError, cut, load


@given(st.text(alphabet="-\r\n \ufeffab:", max_size=60))
def test_the_body_is_the_end_of_the_file_from_its_line_on(source: str) -> None:
    try:
        parts = cut(source)
    except FrontMatterError:
        return
    above = source.removesuffix(parts.body)
    assert above + parts.body == source
    assert above.count("\n") == parts.body_line - 1


def test_the_body_starts_on_the_line_after_the_front_matter() -> None:
    parts = cut("\ufeff---\r\ntitle: A\r\n---\r\nText")
    assert (parts.front, parts.body, parts.body_line) == ("title: A\r\n", "Text", 4)


def test_a_value_keeps_its_writing_and_its_line() -> None:
    entries = load("title: 404\nquestions:\n  - Ja?\n  - a: b\nempty:\n")
    assert entries == {
        "title": Entry("404", 2),
        "questions": Entry((Entry("Ja?", 4), Entry({}, 5)), 3),
        "empty": Entry(None, 6),
    }


@pytest.mark.parametrize(
    ("front", "line", "reason"),
    [
        ("title: A\nproduct: a: b\n", 3, "mapping values are not allowed here"),
        ("- one\n", 2, "expected keys and values"),
        ("title: A\ntitle: B\n", 3, "title is given twice"),
        ("a: " + "[" * 3000, 1, "nested too deeply"),
        ("a: " + "x" * LARGEST, 1, "longer than 64 KB"),
        ("a: b\nc: \x07\n", 3, "special characters are not allowed"),
    ],
)
def test_what_cannot_be_read_names_its_line(front: str, line: int, reason: str) -> None:
    with pytest.raises(FrontMatterError, match=reason) as caught:
        load(front)
    assert caught.value.line == line


def test_front_matter_that_is_never_closed_is_named() -> None:
    with pytest.raises(FrontMatterError, match="never closed"):
        cut("---\ntitle: A\n")


def test_tags_make_no_objects_and_aliases_do_not_multiply() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    entries = load("run: !!python/object/apply:os.system ['true']\nl0: &l0 [a]\n" + levels)
    assert entries["run"] == Entry((Entry("true", 2),), 2)
    assert entries["l8"].value == (Entry({}, 10),) * 9
