"""The build: from a library of articles to a published generation."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from index.catalogue import Catalogue
from index.encoder import Encoder
from index.errors import IndexingError
from index.generation import GenerationError, Generations, Manifest, new_name
from index.index import Index
from index.judged import JudgedQuestion
from index.memory import FILE as MEMORY
from index.memory import Memory
from index.progress import Report, silent
from index.train import Material, train
from kb.library import Library
from kb.passage import Passage, split
from kb.problem import Problem

MOST_NAMED = 3  # faults in one sentence


class Shrunk(IndexingError):
    """Most articles are gone since the last build, which is more often a mistake than meant."""

    def __init__(self, before: int, now: int) -> None:
        super().__init__(
            f"{now} articles, where the current index has {before}: nothing was published; "
            "if that is meant, build again with --shrink"
        )


class NothingToIndex(IndexingError):
    """There are files of articles, and not one of them can be served."""

    def __init__(self, library: Library) -> None:
        faults = "; ".join(f"{problem.where}: {problem.what}" for problem in library.problems[:MOST_NAMED])
        super().__init__(f"{library.folder}: not one article can be served, so nothing was built ({faults})")


class Evaluation(Protocol):
    """Measures a finished index before it is published; see `index.evaluate`."""

    def __call__(self, index: Index) -> dict[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    generation: str
    articles: int
    passages: int
    languages: dict[str, int]
    embedded: int
    """Texts that went through the model."""
    reused: int
    """Texts whose vectors came from the generation before."""
    problems: tuple[Problem, ...]
    seconds: float


def build(
    library: Library,
    generations: Generations,
    encoder: Encoder,
    model: tuple[str, str],
    *,
    report: Report = silent,
    evaluation: Evaluation = lambda index: None,
    judged: Sequence[JudgedQuestion] = (),
    shrink: bool = False,
    samples: Path | None = None,
) -> Built:
    """Build and publish. `model` is its name and revision; `samples` a file to keep its samples' vectors in.

    `judged` are questions of which people have said what answers them; confidence is set by them.

    Raises `GenerationError` where nothing could be written, `Busy` where another build is under way,
    `NothingToIndex` where no article can be served, and `Shrunk` where less than half of the articles are
    left and `shrink` does not say that this is meant.
    """
    started = time.perf_counter()
    if not library.articles:
        raise NothingToIndex(library)
    with generations.building():
        _check_size(generations, len(library.articles), shrink)
        memory = Memory.of_newest(generations, model[1])
        memory.know_samples(encoder, samples)
        catalogue = _catalogue(library, encoder, report)
        index = train(Material.of(catalogue, judged, encoder), memory, encoder, report)
        manifest = _manifest(index, library, model, generations)
        index = replace(index, manifest=replace(manifest, evaluation=evaluation(index)))
        report("write", 0, 1)
        generations.publish(index.manifest, lambda folder: _write(index, memory, folder))
        report("publish", 1, 1)
    return Built(
        index.generation,
        len(catalogue.articles),
        len(catalogue.passages),
        library.languages,
        memory.embedded,
        memory.reused,
        library.problems,
        round(time.perf_counter() - started, 3),
    )


def _check_size(generations: Generations, articles: int, shrink: bool) -> None:
    current = generations.current()
    if current is None or shrink:
        return
    try:
        before = generations.manifest(current).counts["articles"]
    except GenerationError:
        return
    if articles * 2 < before:
        raise Shrunk(before, articles)


def _catalogue(library: Library, encoder: Encoder, report: Report) -> Catalogue:
    passages: list[Passage] = []
    for done, article in enumerate(library.articles, start=1):
        passages += split(article, encoder.length)
        report("read", done, len(library.articles))
    return Catalogue(library.articles, tuple(passages))


def _manifest(index: Index, library: Library, model: tuple[str, str], generations: Generations) -> Manifest:
    articles = {article.path: article.digest for article in library.articles}
    newest = next(iter(generations.names()), None)
    counts: Counter[str] = Counter(field.kind for field in index.catalogue.fields)
    return Manifest(
        generation=new_name(repr(sorted(articles.items())), newest),
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model[0],
        revision=model[1],
        articles=articles,
        counts={
            "articles": len(library.articles),
            "passages": counts["passage"],
            "questions": counts["question"],
        },
        languages=library.languages,
    )


def _write(index: Index, memory: Memory, folder: Path) -> None:
    index.save(folder)
    memory.save(folder / MEMORY)
