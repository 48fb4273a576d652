import json
import logging

import pytest

from bot import golden
from bot.editions import build_index, generations
from index.build import build
from index.history import FILE
from index.model import opened
from index.progress import silent
from tests.bot.fakes import settings
from tests.index.fakes import FOUR, MODEL, SHOP, HashedEncoder, unpack_nothing, write_articles


@pytest.fixture
def given(tmp_path, monkeypatch):
    """Settings under which a build gets the hashed encoder for a model."""
    monkeypatch.setattr("index.encoder.OnnxEncoder", lambda model: HashedEncoder())
    monkeypatch.setattr("index.export.prepare", lambda name, *_, **__: opened(name))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    unpack_nothing(tmp_path / "cache")
    return settings(
        data=tmp_path / "var", articles=write_articles(tmp_path / "articles", FOUR), model=MODEL[0]
    )


def test_a_build_that_published_succeeds_also_where_its_changes_can_t_be_written_down(given, caplog):
    (generations(given).folder / FILE).mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        built = build_index(given, silent)
    assert generations(given).current() == built.generation
    assert "the index is published, but what changed in the articles is not written down" in caplog.text


def test_a_golden_question_to_an_article_that_is_gone_is_named_and_teaches_nothing(given, monkeypatch):
    taught = []

    def watched(library, *arguments, judged, **options):
        taught.extend(judged)
        return build(library, *arguments, judged=judged, **options)

    monkeypatch.setattr("index.build.build", watched)
    asked = {"returns": "How do I return it?", "old-returns": "Can it go back?"}
    rows = [{"question": text, "language": "en", "expect": [slug]} for slug, text in asked.items()]
    (given.articles / golden.FILE).write_text("\n".join(map(json.dumps, rows)))
    built = build_index(given, silent)
    assert [question.text for question in taught] == ["How do I return it?"]
    assert str(built.problems[-1]) == (
        'golden.jsonl:2: "Can it go back?" expects old-returns, which is no article served: '
        "name the one that answers it now, or remove the line"
    )


def test_a_golden_question_is_told_whose_article_was_renamed_though_a_translation_keeps_the_name(given):
    write_articles(given.articles, SHOP)
    asked = {"question": "How do I send something back?", "language": "en", "expect": ["returns"]}
    (given.articles / golden.FILE).write_text(json.dumps(asked) + "\n{broken\n", encoding="utf-8")
    first = build_index(given, silent)
    assert [problem.where for problem in first.problems] == ["golden.jsonl:2"]
    (given.articles / "en/returns.md").rename(given.articles / "en/sending-back.md")
    renamed = build_index(given, silent)
    assert generations(given).current() == renamed.generation
    assert [str(problem).partition(":1: ")[2] for problem in renamed.problems if ":1" in problem.where] == [
        '"How do I send something back?" found returns first before this build, and not now: '
        "try it to see what comes first, and mend that article, or name it here if it is right"
    ]
    assert [problem.where for problem in build_index(given, silent).problems] == ["golden.jsonl:2"]
