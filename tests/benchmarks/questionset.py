"""Question sets to measure with: the example shop's golden questions, and folders of sets made by others.

A folder of sets holds `runs.json`, a list of {"name", "set", "questions"?, "entries"?, "qrels"?, "titles"?}:
which set, only questions and entries in these languages, which file of right answers, and whether entries
take their titles from `titles.jsonl`. Each set is a folder of its own:

    corpus.jsonl    {"id", "lang", "title", "text", "alternates"?}: the entries
    queries.jsonl   {"id", "lang", "text"}: the questions
    qrels.tsv       question, entry: what answers what
    oos.jsonl       {"lang", "text"}: questions that no entry answers
"""

import json
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bot import golden
from bot.editions import build_index, open_index
from bot.settings import Settings
from index.evaluate import Expected, read_questions
from index.index import Index

ROOT = Path(__file__).parents[2]
EXAMPLE = "example shop"
Run = Mapping[str, Any]
SMALL = 500  # entries; runs with more are left out unless they are named


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A folder of articles and questions to them, each with the language that it is asked in."""

    name: str
    articles: Path
    questions: tuple[Expected, ...]

    @property
    def inside(self) -> list[Expected]:
        """The questions that an article answers."""
        return [expected for expected in self.questions if expected.expect]


def add_options(parser: ArgumentParser) -> None:
    """The options that say what is measured."""
    parser.add_argument("--sets", type=Path, help="a folder of question sets, beside the example articles")
    parser.add_argument(
        "--runs",
        nargs="+",
        metavar="PART",
        help=f"only runs whose name has one of these parts in it [default: those of at most {SMALL} entries]",
    )
    parser.add_argument("--limit", type=int, default=200, help="questions of each kind and run at the most")
    parser.add_argument("--work", type=Path, help="a folder to keep indexes in between two calls")


@contextmanager
def chosen(options: Namespace) -> Iterator[Iterator[tuple[QuestionSet, Settings]]]:
    """The sets that were asked for, one after the other, each with settings for an index of it."""
    with TemporaryDirectory() as passing:
        work = options.work or Path(passing)
        yield ((one, settings_of(one, work)) for one in _sets(options, work))


def settings_of(one: QuestionSet, work: Path) -> Settings:
    return Settings(articles=one.articles, data=folder_of(one.name, work) / "data")


def built(settings: Settings) -> Index:
    """A new index of the articles; texts that an earlier one there held are not embedded again."""
    build_index(settings, _silent, shrink=True)
    return open_index(settings, say)


def say(sentence: str) -> None:
    """Tell how far the work is, beside what is measured."""
    print(sentence, file=sys.stderr, flush=True)


def example(work: Path, limit: int) -> QuestionSet:
    """The example articles with their golden questions, which the articles' index has never seen.

    A build sets its confidence by the golden questions that lie beside the articles, so here none do.
    """
    source, folder = ROOT / "articles", folder_of(EXAMPLE, work) / "articles"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(golden.FILE))
    return QuestionSet(EXAMPLE, folder, _few(read_questions(source / golden.FILE), limit))


def runs_of(sets: Path, parts: Sequence[str] | None) -> list[Run]:
    """The runs whose name has one of the parts in it; without parts the small ones."""
    if not (sets / "runs.json").exists():
        say(f"{sets}: no question sets there (expected runs.json), so only the example is measured")
        return []
    runs = json.loads((sets / "runs.json").read_text(encoding="utf-8"))
    if parts is None:
        return [run for run in runs if len(entries_of(sets / run["set"], run)) <= SMALL]
    return [run for run in runs if _named(run["name"], parts)]


def of_run(sets: Path, run: Run, work: Path, limit: int) -> QuestionSet:
    """The set of a run, its entries written as articles."""
    source = sets / run["set"]
    entries = entries_of(source, run)
    slugs = {entry["id"]: f"e{number:05d}" for number, entry in enumerate(entries)}
    folder = folder_of(run["name"], work) / "articles"
    _write(folder, entries, slugs)
    right: dict[str, list[str]] = {}
    for line in (source / run.get("qrels", "qrels.tsv")).read_text(encoding="utf-8").splitlines():
        question, entry = line.split("\t")[:2]
        if entry in slugs:
            right.setdefault(question, []).append(slugs[entry])

    def asked(name: str) -> list[dict[str, Any]]:
        return [row for row in lines(source / name) if run.get("questions") in (None, row["lang"])]

    inside = [
        Expected(row["text"], tuple(sorted(right[row["id"]])), row["lang"])
        for row in asked("queries.jsonl")
        if row["id"] in right
    ]
    outside = [Expected(row["text"], (), row["lang"]) for row in asked("oos.jsonl")]
    return QuestionSet(run["name"], folder, (*_few(inside, limit), *_few(outside, limit)))


def folder_of(name: str, work: Path) -> Path:
    """Where articles and index of a set are kept."""
    return work / name.replace(">", "_")


def _sets(options: Namespace, work: Path) -> Iterator[QuestionSet]:
    if options.runs is None or _named(EXAMPLE, options.runs):
        yield example(work, options.limit)
    if options.sets is not None:
        for run in runs_of(options.sets, options.runs):
            yield of_run(options.sets, run, work, options.limit)


def _named(name: str, parts: Iterable[str]) -> bool:
    return any(part in name for part in parts)


def entries_of(source: Path, run: Run) -> list[dict[str, Any]]:
    titles = {row["id"]: row["title"] for row in lines(source / "titles.jsonl")} if run.get("titles") else {}
    return [
        {**entry, "title": titles.get(entry["id"]) or entry.get("title")}
        for entry in lines(source / "corpus.jsonl")
        if run.get("entries") in (None, entry["lang"])
    ]


def _write(folder: Path, entries: Iterable[Mapping[str, Any]], slugs: Mapping[str, str]) -> None:
    """One file for each entry; an entry without a title takes its first six words."""
    shutil.rmtree(folder, ignore_errors=True)
    for entry in entries:
        text = entry["text"].strip()
        front = {"title": entry["title"] or " ".join(text.split()[:6])[:60]}
        questions = [question for question in entry.get("alternates") or [] if question]
        if questions:
            front["questions"] = questions
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
        path = folder / entry["lang"] / f"{slugs[entry['id']]}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["---", *lines, "---", "", text, ""]), encoding="utf-8")


def lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _few(questions: Sequence[Expected], limit: int) -> tuple[Expected, ...]:
    """As many as are wanted, the same ones each time."""
    if len(questions) <= limit:
        return tuple(questions)
    return tuple(Random(0).sample(list(questions), limit))


def _silent(stage: str, done: int, total: int) -> None:
    pass
