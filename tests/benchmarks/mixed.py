"""Whether a second language hides the first: python tests/benchmarks/mixed.py [--sets DIR]

Articles in two languages are indexed apart and then together; the questions in each language, asked as
customers do, should find their first hits as often as before. Three kinds of pairs are tried: the example
articles with their translations, sets that have entries and questions in both languages, and runs in the one
language beside runs in the other, which have nothing to do with each other.
"""

import json
import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.editions import find  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.evaluate import Expected  # noqa: E402
from index.index import Index  # noqa: E402
from tests.benchmarks.questionset import (  # noqa: E402
    QuestionSet,
    add_options,
    built,
    example,
    folder_of,
    of_run,
    runs_of,
    say,
    settings_of,
)

BEARABLE = 0.5  # points lost
Hits = tuple[bool, ...]
"""Whether the first hit was right, question by question."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sets, each in one language, and whether the same slug in both is the same article."""

    name: str
    first: QuestionSet
    second: QuestionSet
    translated: bool


@dataclass(frozen=True, slots=True)
class Change:
    """First hits of one language's questions, before and after the other language came in."""

    pair: str
    language: str
    alone: Hits
    together: Hits

    @property
    def points(self) -> float:
        return 100 * (sum(self.together) - sum(self.alone)) / max(len(self.alone), 1)


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--languages", nargs=2, default=("en", "zh"), metavar="L", help="[default: en zh]")
    options = parser.parse_args(arguments)
    changes: list[Change] = []
    known: dict[str, Hits] = {}
    with TemporaryDirectory() as passing:
        for pair in pairs(options, options.work or Path(passing)):
            for change in compared(pair, options.work or Path(passing), known):
                say(row(change))
                changes.append(change)
    print(f"{'':<52}{'questions':>10}{'alone':>8}{'together':>10}{'points':>8}")
    for change in changes:
        print(row(change))


def row(change: Change) -> str:
    alone, together = (sum(hits) / max(len(hits), 1) for hits in (change.alone, change.together))
    mark = "!" if change.points < -BEARABLE else ""
    name = f"{change.pair}: {change.language}"
    return f"{name:<52}{len(change.alone):>10}{alone:>8.3f}{together:>10.3f}{change.points:>+8.1f}{mark}"


def pairs(options: Namespace, work: Path) -> Iterator[Pair]:
    first, second = options.languages
    whole = example(work, options.limit)
    yield Pair(whole.name, _parted(whole, first, work), _parted(whole, second, work), translated=True)
    if options.sets is None:
        return
    for name in _bilingual(options.sets, first, second):
        runs = [
            {"name": f"{name} {code}", "set": name, "questions": code, "entries": code}
            for code in (first, second)
        ]
        one, other = (of_run(options.sets, run, work, options.limit) for run in runs)
        yield Pair(name, one, other, translated=False)
    sets = [of_run(options.sets, run, work, options.limit) for run in runs_of(options.sets, options.runs)]
    of_first, of_second = ([one for one in sets if _languages(one) == {code}] for code in (first, second))
    for one, other in product(of_first, of_second):
        yield Pair(f"{one.name} + {other.name}", one, other, translated=False)


def compared(pair: Pair, work: Path, known: dict[str, Hits]) -> Iterator[Change]:
    """The change for either language; `known` holds the hits of sets that were asked alone before."""
    both = (pair.first, pair.second)
    for own in both:
        if own.name not in known:
            settings = settings_of(own, work)
            known[own.name] = _right(built(settings), settings, own.inside)
    together = _joined(pair, folder_of(f"{pair.name} together", work))
    _begun_with(settings_of(pair.second, work), together)
    index = built(together)
    for place, own in enumerate(both):
        expected = own.inside if pair.translated else [_renamed(one, place) for one in own.inside]
        language = own.questions[0].language or ""
        yield Change(pair.name, language, known[own.name], _right(index, together, expected))


def _right(index: Index, settings: Settings, questions: Sequence[Expected]) -> Hits:
    index.warm()

    def right(expected: Expected) -> bool:
        hits = find(index, settings, expected.question, k=1).hits
        return bool(hits) and hits[0].passage.article.slug in expected.expect

    return tuple(map(right, questions))


def _joined(pair: Pair, folder: Path) -> Settings:
    """Settings for an index of all articles of both sets."""
    settings = Settings(articles=folder / "articles", data=folder / "data")
    shutil.rmtree(settings.articles, ignore_errors=True)
    for place, own in enumerate((pair.first, pair.second)):
        for path in sorted(own.articles.rglob("*.md")):
            name = path.name if pair.translated else _other_name(place, path.name)
            copy = settings.articles / path.relative_to(own.articles).with_name(name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    return settings


def _other_name(place: int, name: str) -> str:
    """A slug of its own, since equal ones would be one article in two languages."""
    return f"{'ab'[place]}-{name}"


def _begun_with(other: Settings, settings: Settings) -> None:
    """Take over another index where there is none yet: then its texts need not be embedded again."""
    if not (settings.data / "index").exists():
        shutil.copytree(other.data / "index", settings.data / "index")


def _renamed(expected: Expected, place: int) -> Expected:
    slugs = tuple(_other_name(place, slug) for slug in expected.expect)
    return replace(expected, expect=slugs)


def _parted(whole: QuestionSet, language: str, work: Path) -> QuestionSet:
    """The articles in one language, with the questions in it that one of them answers."""
    name = f"{whole.name} {language}"
    folder = folder_of(name, work) / "articles"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole.articles / language, folder / language)
    slugs = {path.stem for path in folder.rglob("*.md")}
    own = [one for one in whole.questions if one.language == language and slugs.intersection(one.expect)]
    return QuestionSet(name, folder, tuple(own))


def _bilingual(sets: Path, first: str, second: str) -> list[str]:
    """The sets that have entries and questions in both languages."""

    def languages(path: Path) -> set[str]:
        with path.open(encoding="utf-8") as lines:
            return {json.loads(line)["lang"] for line in lines}

    return [
        corpus.parent.name
        for corpus in sorted(sets.glob("*/corpus.jsonl"))
        if {first, second} <= languages(corpus) & languages(corpus.with_name("queries.jsonl"))
    ]


def _languages(one: QuestionSet) -> set[str]:
    articles = {path.parent.name for path in one.articles.rglob("*.md")}
    return articles | {expected.language or "" for expected in one.questions}


if __name__ == "__main__":
    main(sys.argv[1:])
