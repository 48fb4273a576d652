import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from index.build import NothingToIndex, Shrunk
from index.generation import Busy, GenerationError
from index.index import Index
from index.judged import JudgedQuestion
from index.weights import START
from kb.language import Language
from tests.index.fakes import DELIVERY, FOUR, MODEL, RETURNS, SHOP, Workshop, article, write_articles

ENGLISH = Language("en", 1.0)


def first(index: Index, question: str) -> str:
    return index.search(question, ENGLISH).hits[0].passage.article.slug


def test_a_build_says_what_it_did(workshop: Workshop) -> None:
    built = workshop.build()
    assert (built.articles, built.passages) == (7, 7)
    assert built.languages == {"en": 5, "da": 1, "zh": 1}
    # 7 titles, 11 questions and the one that an author refuses, each both ways, and 7 passages.
    assert (built.embedded, built.reused) == (2 * 19 + 7, 0)
    assert built.problems == ()
    assert built.generation == workshop.generations.current()
    assert 0 < built.seconds < 60


def test_the_manifest_holds_what_the_index_was_made_of(workshop: Workshop) -> None:
    built = workshop.build()
    manifest = workshop.generations.verify(built.generation)
    assert (manifest.model, manifest.revision) == MODEL
    assert set(manifest.articles) == set(SHOP)
    assert manifest.counts == {"articles": 7, "passages": 7, "questions": 11}
    assert manifest.evaluation is None
    assert {"articles.jsonl", "fields.faiss", "memory.npz", "words/en/articles.npy"} <= set(manifest.files)


def test_progress_is_told_from_reading_to_publishing(workshop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    workshop.build(report=lambda stage, done, total: told.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "read",
        "embed",
        "train",
        "write",
        "publish",
    ]
    assert [done for stage, done, _ in told if stage == "read"] == [1, 2, 3, 4, 5, 6, 7]
    assert ("embed", 45, 45) in told
    assert told[-1] == ("publish", 1, 1)
    assert all(0 <= done <= total for _, done, total in told)


def test_the_golden_questions_are_measured_on_the_index_that_is_published(workshop: Workshop) -> None:
    def measured(index: Index) -> dict[str, object]:
        return {"first": first(index, "my invoice"), "articles": len(index.articles)}

    workshop.build(evaluation=measured)
    assert workshop.open().manifest.evaluation == {"first": "invoices", "articles": 7}


def test_an_evaluation_that_fails_publishes_nothing(standing: Workshop) -> None:
    before = standing.generations.current()

    def fails(index: Index) -> dict[str, object]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        standing.build(evaluation=fails)
    assert standing.generations.names() == (before,)


def test_one_bad_article_is_listed_and_the_rest_is_served(workshop: Workshop) -> None:
    built = workshop.build({**FOUR, "en/bad.md": "---\ntitle: a: b\n---\nText\n", "en/empty.md": ""})
    assert [problem.where for problem in built.problems] == ["en/bad.md:2", "en/empty.md"]
    assert built.articles == 4
    assert first(workshop.open(), "my invoice") == "invoices"


def test_where_no_article_can_be_served_nothing_is_built(standing: Workshop) -> None:
    before = standing.generations.current()
    with pytest.raises(
        NothingToIndex, match=r"not one article .* nothing was built \(en/a\.md: the file is empty"
    ):
        standing.build({"en/a.md": "", "en/b.md": "\0\1"}, shrink=True)
    assert standing.generations.names() == (before,)


def test_articles_emptied_by_mistake_are_not_published_without_a_yes(standing: Workshop) -> None:
    before = standing.generations.current()
    with pytest.raises(
        Shrunk, match="1 articles, where the current index has 4: .* build again with --shrink"
    ):
        standing.build({"en/returns.md": RETURNS})
    assert standing.generations.names() == (before,)
    assert standing.build({"en/returns.md": RETURNS}, shrink=True).articles == 1


def test_half_of_the_articles_may_go_without_a_question(standing: Workshop) -> None:
    assert standing.build({"en/returns.md": RETURNS, "en/delivery.md": DELIVERY}).articles == 2


def test_a_current_index_that_can_not_be_read_does_not_stop_a_build(standing: Workshop) -> None:
    name = standing.generations.names()[0]
    (standing.generations.folder / name / "manifest.json").write_text("{")
    assert standing.build({"en/returns.md": RETURNS}).articles == 1


@pytest.mark.parametrize(
    "files",
    [
        {"en/a.md": article("Alpha", "Some text.")},
        {
            "en/a.md": article("Alpha", "Some text.", ["beta one", "gamma two"]),
            "en/b.md": article("Other", "Words"),
        },
        {"en/a.md": article("'🎉'", "🎉🎉🎉")},
        {"en/a.md": article("Alpha", "Text."), "de/a.md": article("'!'", "🎉")},
        {"a.md": article("Alpha", "Some text in English, which is in no language folder.")},
        {f"en/{number}.md": article("Same", "Same text.", ["Same question?"]) for number in range(5)},
    ],
    ids=[
        "one article",
        "uneven questions",
        "pictures only",
        "a language of pictures",
        "no folder",
        "all alike",
    ],
)
def test_the_smallest_and_oddest_knowledge_bases_are_built_and_asked(
    workshop: Workshop, files: dict[str, str]
) -> None:
    assert workshop.build(files).articles == len(files)
    hits = workshop.open().search("alpha text", ENGLISH, k=10).hits
    assert len(hits) >= 1
    assert all(0 <= hit.confidence <= 1 for hit in hits)


def test_two_builds_at_once_never_mix(standing: Workshop) -> None:
    before = standing.generations.current()
    with standing.generations.building(), pytest.raises(Busy, match="another build is under way"):
        standing.build(SHOP)
    assert standing.generations.names() == (before,)


def test_answers_go_on_while_a_build_runs(standing: Workshop) -> None:
    index = standing.open()
    answers: list[str] = []
    standing.build(SHOP, report=lambda stage, done, total: answers.append(first(index, "my invoice")))
    assert len(answers) > 10
    assert set(answers) == {"invoices"}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: every write fails at its own place, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 1_000, 20_000])
def test_a_disk_that_takes_no_more_is_said_and_the_old_index_serves(standing: Workshop, size: int) -> None:
    before = standing.generations.current()
    largest = max(path.stat().st_size for path in standing.generations.folder.rglob("*"))
    assert size < largest
    write_articles(standing.articles, SHOP)
    with room_for(size), pytest.raises(GenerationError) as refusal:
        standing.build(None)
    assert str(refusal.value) == (
        f"{standing.generations.folder}: the index can't be written (File too large); "
        "make room or mend the permissions, then build again"
    )
    assert standing.generations.names() == (before,)
    assert {path.name for path in standing.generations.folder.iterdir()} == {before, "current", "build.lock"}
    assert first(standing.open(), "my invoice") == "invoices"
    assert standing.build(SHOP).articles == len(SHOP)


def test_a_data_folder_that_is_a_file_is_said(workshop: Workshop) -> None:
    Path(workshop.folder / "index").write_text("a file")
    with pytest.raises(GenerationError, match="this folder can't be made .*choose another with --data"):
        workshop.build()
    assert Path(workshop.folder / "index").read_text() == "a file"


JUDGED = tuple(
    JudgedQuestion(text, "en", frozenset({slug}))
    for text, slug in (
        ("will my parcel arrive soon", "delivery"),
        ("may I send a gift back", "returns"),
        ("is my cracked frame covered", "warranty"),
        ("download a receipt", "invoices"),
    )
    for _ in range(10)
)


def test_judged_questions_set_the_confidence_of_the_index_that_is_published(workshop: Workshop) -> None:
    """Where people say that nothing answers, it falls below what it is where they say that all is right."""
    right, wrong = JUDGED, [replace(question, answered_by=frozenset()) for question in JUDGED]
    sure = {}
    for name, judged in (("none", ()), ("right", right), ("wrong", wrong)):
        workshop.build(FOUR, judged=judged)
        calibration = workshop.open().calibration
        assert [example.real for example in calibration.examples].count(True) == len(judged)
        sure[name] = workshop.open().search("may I send a gift back", ENGLISH).confidence
    assert sure["wrong"] < sure["none"]
    assert sure["wrong"] < sure["right"]


def test_a_knowledge_base_with_few_questions_keeps_the_weights_that_it_starts_with(
    workshop: Workshop,
) -> None:
    workshop.build(SHOP)
    assert workshop.open().weights == START


def test_the_weights_that_a_knowledge_base_taught_are_those_it_is_asked_with(workshop: Workshop) -> None:
    """Forty questions that share words with their own article's others and with no other one's."""
    files = {
        f"en/{number}.md": article(
            f"Subject{number}",
            f"Text{number} about nothing.",
            [f"how do I word{number} my thing {place}" for place in range(4)],
        )
        for number in range(10)
    }
    workshop.build(files)
    index = workshop.open()
    assert index.weights != START
    assert index.weights.words > START.words
    candidates = index.ranker.rank(index.asked("how do I word3 my thing", "en"))
    assert candidates.total == pytest.approx(candidates.signals @ index.weights.column, abs=1e-4)
    assert first(index, "how do I word3 my thing") == "3"
