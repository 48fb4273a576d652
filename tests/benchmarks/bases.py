"""Knowledge bases to fit and to try things on: those of the question sets, and variations of them.

What holds for one knowledge base need not hold for the next, so a fit needs many. Besides every run of a
folder of sets (see `questionset`) there are, as variations,

    half         half of a run's entries, so that questions to the other half are near misses
    bare         a run's entries without their alternate questions
    LANGUAGE     a set's questions in a language that no run has, to entries in that language where there
                 are any, else in the only language that the set has
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from index.catalogue import Catalogue
from index.encoder import OnnxEncoder
from index.evaluate import Expected
from index.export import prepare
from index.index import Index
from index.memory import UNREADABLE, Memory
from index.memory import read as vectors_in
from index.progress import silent
from index.train import Material, train
from kb.library import Library, read
from kb.passage import split
from tests.benchmarks.questionset import Run, entries_of, lines, of_run, runs_of

ENOUGH = 100  # questions in a language, to be a knowledge base of its own
MOST = 400  # entries of a variation


@dataclass(frozen=True, slots=True)
class Base:
    """A knowledge base with questions whose answers are known."""

    name: str
    source: str
    """The set that it comes from."""
    varied: bool
    """Whether it is a variation of a run, so that much of it was seen before."""
    library: Library
    questions: tuple[Expected, ...]


def bases(sets: Path, work: Path, limit: int) -> Iterator[Base]:
    """All of them; articles are written into `work`. At most `limit` questions with and without an answer."""
    runs = runs_of(sets, [""])
    for run in runs:
        whole = _whole(run, sets, work, limit, varied=False)
        yield whole
        yield _part(whole, len(whole.library.articles) // 2, "half")
        if any(article.questions for article in whole.library.articles):
            yield _bare(whole)
    for run, varied in _others(sets, runs):
        whole = _whole(run, sets, work, limit, varied=varied)
        yield whole if len(whole.library.articles) <= MOST else _part(whole, MOST, str(MOST))


def _whole(run: Run, sets: Path, work: Path, limit: int, *, varied: bool) -> Base:
    made = of_run(sets, run, work, limit)
    return Base(made.name, run["set"], varied, read(made.articles), made.questions)


def _part(base: Base, count: int, name: str) -> Base:
    """With `count` of its articles; at most as many questions lose their answer as keep it."""
    articles = tuple(random.Random(base.name).sample(base.library.articles, count))
    slugs = {article.slug for article in articles}
    left = [
        replace(asked, expect=tuple(slug for slug in asked.expect if slug in slugs))
        for asked in base.questions
    ]
    kept = [asked for asked in left if asked.expect]
    missed = [now for now, then in zip(left, base.questions, strict=True) if then.expect and not now.expect]
    strangers = [asked for asked in base.questions if not asked.expect]
    questions = (*kept, *missed[: len(kept)], *strangers)
    return replace(
        base,
        name=f"{base.name} {name}",
        varied=True,
        library=replace(base.library, articles=articles),
        questions=questions,
    )


def _bare(base: Base) -> Base:
    articles = tuple(replace(article, questions=()) for article in base.library.articles)
    return replace(
        base, name=f"{base.name} bare", varied=True, library=replace(base.library, articles=articles)
    )


def _others(sets: Path, runs: Sequence[Run]) -> Iterator[tuple[Run, bool]]:
    """Runs that nobody listed, and whether another run is of the same set."""
    for folder in sorted(path.parent for path in sets.glob("*/qrels.tsv")):
        listed = [run for run in runs if run["set"] == folder.name]
        asked_in = {
            run.get("questions") for run in listed if run.get("entries") in (None, run.get("questions"))
        }
        if listed and None in asked_in:
            continue
        written = {entry["lang"] for entry in entries_of(folder, {})}
        counts: dict[str, int] = {}
        for row in lines(folder / "queries.jsonl"):
            counts[row["lang"]] = counts.get(row["lang"], 0) + 1
        for language, count in counts.items():
            if language in asked_in or (listed and count < ENOUGH):
                continue
            entries = language if language in written else next(iter(written)) if len(written) == 1 else None
            if entries is not None:
                name = f"{folder.name} {language}>{entries}"
                run = {"name": name, "set": folder.name, "questions": language, "entries": entries}
                yield run, bool(listed)


class Workshop:
    """Trains indexes of many knowledge bases; a text that several share is embedded once."""

    def __init__(self, work: Path, model: str) -> None:
        self.encoder = OnnxEncoder(prepare(model, silent, allow_download=False))
        self._file = work / "vectors.npz"
        self._known: dict[str, Any] = {}
        with suppress(*UNREADABLE):
            self._known = vectors_in(self._file)

    def index(self, library: Library) -> Index:
        memory = Memory(self._known)
        memory.know_samples(self.encoder, None)
        passages = [
            passage for article in library.articles for passage in split(article, self.encoder.length)
        ]
        catalogue = Catalogue(library.articles, tuple(passages))
        index = train(Material.of(catalogue, [], self.encoder), memory, self.encoder, silent)
        if memory.embedded:
            self._keep()
        return index

    def _keep(self) -> None:
        beside = self._file.with_suffix(".tmp.npz")
        np.savez(beside, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
        beside.replace(self._file)
