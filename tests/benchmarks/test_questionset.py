import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from index.evaluate import Expected
from kb.library import read
from tests.benchmarks.questionset import EXAMPLE, add_options, chosen, of_run, runs_of

ENTRIES = [
    {"id": "r", "lang": "en", "title": "Returns", "text": "Within 30 days.", "alternates": ["Send back?"]},
    {"id": "d", "lang": "da", "text": "Pakken kommer på to dage, og altid om formiddagen."},
]
QUESTIONS = [
    {"id": "1", "lang": "en", "text": "can I give it back"},
    {"id": "2", "lang": "da", "text": "hvornår kommer den"},
    {"id": "3", "lang": "en", "text": "whose entry is not here"},
]
STRANGERS = [{"id": "4", "lang": "en", "text": "who won"}, {"id": "5", "lang": "da", "text": "hvem vandt"}]
RUNS = [{"name": "shop", "set": "shop"}, {"name": "shop da>en", "set": "shop", "questions": "da"}]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    folder = tmp_path / "sets"
    (folder / "shop").mkdir(parents=True)
    write(folder / "shop" / "corpus.jsonl", ENTRIES)
    write(folder / "shop" / "queries.jsonl", QUESTIONS)
    write(folder / "shop" / "oos.jsonl", STRANGERS)
    (folder / "shop" / "qrels.tsv").write_text("1\tr\t1\n2\td\t1\n3\tgone\t1\n", encoding="utf-8")
    (folder / "runs.json").write_text(json.dumps(RUNS), encoding="utf-8")
    return folder


def test_entries_become_articles_and_questions_name_them(sets: Path, tmp_path: Path) -> None:
    one = of_run(sets, RUNS[0], tmp_path / "work", 10)
    library = read(one.articles)
    assert not library.problems
    assert {(article.language, article.slug, article.title) for article in library.articles} == {
        ("en", "e00000", "Returns"),
        ("da", "e00001", "Pakken kommer på to dage, og"),
    }
    assert [article.questions for article in library.articles if article.language == "en"] == [
        ("Send back?",)
    ]
    assert one.questions == (
        Expected("can I give it back", ("e00000",), "en"),
        Expected("hvornår kommer den", ("e00001",), "da"),
        Expected("who won", (), "en"),
        Expected("hvem vandt", (), "da"),
    )


def test_a_run_of_one_language_asks_in_that_only(sets: Path, tmp_path: Path) -> None:
    one = of_run(sets, RUNS[1], tmp_path / "work", 10)
    assert {expected.language for expected in one.questions} == {"da"}


def test_no_more_questions_are_taken_than_wanted(sets: Path, tmp_path: Path) -> None:
    one = of_run(sets, RUNS[0], tmp_path / "work", 1)
    assert (len(one.inside), len(one.questions)) == (1, 2)


def test_runs_are_chosen_by_a_part_of_their_name(sets: Path) -> None:
    assert runs_of(sets, ["da>"]) == [RUNS[1]]
    assert runs_of(sets, None) == RUNS


def test_without_a_folder_of_sets_the_example_is_measured_and_the_absence_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = ArgumentParser()
    add_options(parser)
    options = parser.parse_args(["--sets", str(tmp_path / "nowhere"), "--limit", "5"])
    with chosen(options) as found:
        ((one, settings),) = found
        assert (one.name, len(one.questions)) == (EXAMPLE, 5)
        assert len(read(settings.articles).articles) > 100
        assert not list(settings.articles.glob("*.jsonl"))
    assert "no question sets there" in capsys.readouterr().err
