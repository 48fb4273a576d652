from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import parse
from kb.front_matter import FrontMatterError
from kb.revision import Unrevisable, revise

SOURCE = """---
# about returns
title: "Returns: all of them" # as on the page
extra:   {x: 1,   y: 2}
questions:
- one   # the first
# between
- two

# the labels
tags: [ a, b ]
reviewed: 2026-01-01
---

Send it back.
"""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def test_no_change_leaves_every_byte() -> None:
    for source in (SOURCE, "\ufeff" + SOURCE.replace("\n", "\r\n"), "Only text", ""):
        assert revise(source) == source


def test_the_values_it_has_leave_every_byte() -> None:
    same = {"title": "Returns: all of them", "questions": ("one", "two"), "reviewed": date(2026, 1, 1)}
    assert revise(SOURCE, body="\nSend it back.\n", **same) == SOURCE


def test_only_the_lines_of_a_changed_key_change() -> None:
    revised = revise(SOURCE, title="Refunds: all", questions=["one", "three", "four"], reviewed=None)
    assert revised == SOURCE.replace('"Returns: all of them"', '"Refunds: all"').replace(
        "- two\n", "- three\n- four\n"
    ).replace("reviewed: 2026-01-01\n", "")


def test_a_new_key_goes_to_the_end() -> None:
    assert revise("---\ntitle: A\n---\nText\n", owner="Ida", tags=("x",)) == (
        "---\ntitle: A\nowner: Ida\ntags:\n  - x\n---\nText\n"
    )


def test_a_file_without_front_matter_gets_one() -> None:
    assert revise("\ufeffText\r\n", title="A: b") == "\ufeff---\r\ntitle: 'A: b'\r\n---\r\nText\r\n"


def test_line_ends_and_byte_order_mark_survive() -> None:
    source = "\ufeff" + SOURCE.replace("\n", "\r\n")
    revised = revise(source, title="New", body="One\nTwo\n")
    assert revised.startswith('\ufeff---\r\n# about returns\r\ntitle: "New" # as on the page\r\n')
    assert revised.endswith("---\r\nOne\r\nTwo\r\n")
    assert "\n" not in revised.replace("\r\n", "")


def test_a_body_is_put_below_front_matter_that_ends_the_file() -> None:
    assert revise("---\ntitle: A\n---", body="Text\n") == "---\ntitle: A\n---\nText\n"


@given(title=TEXTS, questions=st.lists(TEXTS, max_size=4), body=TEXTS)
def test_what_is_written_is_read_again(title: str, questions: list[str], body: str) -> None:
    try:
        revised = revise(SOURCE, title=title, questions=questions, body="Text " + body)
    except Unrevisable:
        return
    article, _ = parse(revised, "a.md", "en", "a")
    if article is not None and title.split():
        assert article.title == " ".join(title.split())
        assert article.questions == tuple(dict.fromkeys(text.strip() for text in questions if text.strip()))
    assert "extra:   {x: 1,   y: 2}\n" in revised


def test_keys_on_one_line_are_changed_without_loss() -> None:
    assert (
        revise("---\n{title: A, owner: Ida}\n---\nText", title="B")
        == "---\n{title: B, owner: Ida}\n---\nText"
    )


def test_what_yaml_cannot_hold_is_refused() -> None:
    with pytest.raises(Unrevisable, match="owner can't be written into the front matter"):
        revise(SOURCE, owner=object())


def test_broken_front_matter_is_not_written_over() -> None:
    with pytest.raises(FrontMatterError):
        revise("---\ntitle: a: b\n---\nText", title="A")
