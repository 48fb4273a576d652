import json

import pytest

from bot import golden
from index.evaluate import Expected, QuestionsError
from tests.bot.fakes import DELIVERY, RETURNS

ARTICLES = (RETURNS, DELIVERY)


def line(question, *expect):
    return json.dumps({"question": question, "expect": expect})


def read(folder, *lines):
    (folder / golden.FILE).write_text("\n".join(lines), encoding="utf-8")
    return golden.read(folder, ARTICLES)


def test_a_line_that_is_no_question_is_set_aside_and_told(tmp_path):
    found = read(tmp_path, line("Back?", "returns"), "", '{"question": "How?"', line("Moon?"))
    assert found.lines == {1: Expected("Back?", ("returns",)), 4: Expected("Moon?", ())}
    assert [str(problem) for problem in found.problems] == [
        'golden.jsonl:3: expected {"question": "…", "language": "en", "expect": ["slug"]}, '
        "which this is not from column 20 on; the line is left out until it is mended"
    ]


def test_a_file_without_a_single_question_is_refused_without_the_server_s_path(tmp_path):
    with pytest.raises(QuestionsError) as refusal:
        read(tmp_path, "{", "[]")
    assert str(refusal.value).startswith("golden.jsonl:1: expected")
    (tmp_path / golden.FILE).write_bytes(b"\xff")
    with pytest.raises(QuestionsError) as refusal:
        golden.read(tmp_path, ARTICLES)
    assert str(refusal.value).startswith("golden.jsonl: can't be read")
    assert str(tmp_path) not in str(refusal.value)


def test_a_folder_without_the_file_has_no_golden_questions(tmp_path):
    assert golden.read(tmp_path, ARTICLES) == golden.Golden({})
    assert read(tmp_path, "", " ") == golden.Golden({})


def test_a_question_to_an_article_that_is_gone_is_told_with_its_line(tmp_path):
    found = read(tmp_path, line("Back?", "returns"), line("Old?", "returns", "old-returns"))
    assert [str(problem) for problem in found.problems] == [
        'golden.jsonl:2: "Old?" expects old-returns, which is no article served: '
        "name the one that answers it now, or remove the line"
    ]


def test_what_found_its_article_before_and_does_not_now_is_told(tmp_path):
    found = read(
        tmp_path, line("Back?", "returns"), line("When?", "delivery"), line("Moon?"), line("New?", "delivery")
    )
    lost = list(found.lost({("", one) for one in ("Back?", "When?", "Gone?", "Moon?")}, {("", "When?")}))
    assert [str(problem) for problem in lost] == [
        'golden.jsonl:1: "Back?" found returns first before this build, and not now: '
        "try it to see what comes first, and mend that article, or name it here if it is right"
    ]


def test_of_many_lost_questions_the_first_are_named_and_the_others_counted(tmp_path):
    questions = [f"{number}?" for number in range(golden.MOST_NAMED + 2)]
    asked = read(tmp_path, *(line(one, "returns") for one in questions))
    lost = list(asked.lost([("", one) for one in questions], ()))
    assert len(lost) == golden.MOST_NAMED + 1
    assert str(lost[-1]) == (
        "golden.jsonl: 2 more questions found their article before this build, and not now"
    )


def test_a_question_that_two_languages_share_is_lost_in_one_of_them(tmp_path):
    asked = [Expected("Start?", ("returns",), language) for language in ("da", "en")]
    found = golden.Golden(dict(enumerate(asked, 1)))
    assert [golden.key(one) for one in asked] == [("da", "Start?"), ("en", "Start?")]
    lost = found.lost({("da", "Start?"), ("en", "Start?")}, {("da", "Start?")})
    assert [problem.where for problem in lost] == ["golden.jsonl:2"]


def test_what_was_found_is_read_as_it_was_stored_and_an_older_version_s_is_left():
    stored = json.loads(json.dumps({golden.FOUND: sorted([("en", "Start?"), ("", "Back?")])}))
    assert golden.found_before(stored) == {("", "Back?"), ("en", "Start?")}
    assert golden.found_before({golden.FOUND: ["Back?"]}) == frozenset()
    assert golden.found_before(None) == frozenset()


def test_a_mark_of_the_byte_order_does_not_spoil_the_first_line(tmp_path):
    (tmp_path / golden.FILE).write_text(line("Back?", "returns"), encoding="utf-8-sig")
    found = golden.read(tmp_path, ARTICLES)
    assert ([one.question for one in found.known], found.problems) == (["Back?"], ())
