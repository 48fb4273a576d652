import json
from pathlib import Path
from typing import Any

import pytest

from index.evaluate import Expected
from tests.benchmarks.bases import ENOUGH, Base, bases

ENTRIES = [
    {
        "id": str(number),
        "lang": "en",
        "title": f"Matter {number}",
        "text": "Thus.",
        "alternates": [f"m{number}?"],
    }
    for number in range(4)
]
QUESTIONS = [{"id": f"q{number}", "lang": "en", "text": f"what of {number}"} for number in range(4)]
SWEDISH = [{"id": f"s{number}", "lang": "sv", "text": f"vad är {number}"} for number in range(ENOUGH)]


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def made(tmp_path: Path) -> dict[str, Base]:
    folder = tmp_path / "sets" / "shop"
    folder.mkdir(parents=True)
    write(folder / "corpus.jsonl", ENTRIES)
    write(folder / "queries.jsonl", [*QUESTIONS, *SWEDISH])
    write(folder / "oos.jsonl", [{"lang": "en", "text": "who won"}])
    answers = [(row["id"], number % 4) for rows in (QUESTIONS, SWEDISH) for number, row in enumerate(rows)]
    (folder / "qrels.tsv").write_text("".join(f"{one}\t{entry}\t1\n" for one, entry in answers), "utf-8")
    run = {"name": "shop", "set": "shop", "questions": "en"}
    (tmp_path / "sets" / "runs.json").write_text(json.dumps([run]), "utf-8")
    return {base.name: base for base in bases(tmp_path / "sets", tmp_path / "work", 10)}


def test_every_run_is_varied_and_languages_without_a_run_are_asked(made: dict[str, Base]) -> None:
    assert {name: base.varied for name, base in made.items()} == {
        "shop": False, "shop half": True, "shop bare": True, "shop sv>en": True,
    }  # fmt: skip
    assert {base.source for base in made.values()} == {"shop"}
    assert {asked.language for asked in made["shop sv>en"].questions} == {"sv"}


def test_questions_to_the_missing_half_have_no_answer(made: dict[str, Base]) -> None:
    half, whole = made["shop half"], made["shop"]
    slugs = {article.slug for article in half.library.articles}
    assert len(slugs) == 2
    answered = {asked.question for asked in whole.questions if slugs.intersection(asked.expect)}
    assert {asked.question for asked in half.questions if asked.expect} == answered
    assert len(half.questions) == len(whole.questions) == 5
    assert Expected("who won", (), "en") in half.questions


def test_bare_articles_have_no_alternate_questions(made: dict[str, Base]) -> None:
    assert all(article.questions for article in made["shop"].library.articles)
    assert not any(article.questions for article in made["shop bare"].library.articles)
