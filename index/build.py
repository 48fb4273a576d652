"""The build: from a library of articles to a published generation."""

import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.calibrate import Known, calibrate
from index.catalogue import Catalogue
from index.centre import Means, adapted, unit
from index.confidence import Calibration
from index.encoder import Encoder, Vectors
from index.errors import IndexingError
from index.generation import GenerationError, Generations, Manifest, new_name
from index.head import Head, train, worth_training
from index.index import Index, Refusals
from index.memory import FILE as MEMORY
from index.memory import Memory
from index.progress import Report, silent
from index.rank import Asked
from index.samples import sample_questions
from index.vectors import FieldVectors
from index.words import Words
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
    shrink: bool = False,
    samples: Path | None = None,
) -> Built:
    """Build and publish. `model` is its name and revision; `samples` a file to keep its samples' vectors in.

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
        memory.embed(encoder, catalogue, report)
        index = _trained(catalogue, memory, encoder, report)
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


def _trained(catalogue: Catalogue, memory: Memory, encoder: Encoder, report: Report) -> Index:
    report("train", 0, 3)
    prompts = [field.prompt for field in catalogue.fields]
    languages = [catalogue.articles[field.article].language for field in catalogue.fields]
    raw = memory.vectors((field.prompt, field.text) for field in catalogue.fields)
    samples = Means.of_samples(memory.vectors)
    means = adapted(samples, raw, prompts, languages)
    centred = unit(raw - np.array([means.get(*key) for key in zip(prompts, languages, strict=True)]))
    index = Index(
        manifest=Manifest("", "", "", "", {}, {}, {}),
        encoder=encoder,
        catalogue=catalogue,
        vectors=FieldVectors.build(centred),
        words=Words.build(catalogue.texts(), [article.language for article in catalogue.articles]),
        means=means,
        head=_head(catalogue, centred),
        calibration=Calibration((), ()),
        refusals=_refusals(catalogue, memory, means),
    )
    report("train", 1, 3)
    calibration = _calibration(index, centred, memory)
    report("train", 3, 3)
    return replace(index, calibration=calibration)


def _head(catalogue: Catalogue, centred: Vectors) -> Head | None:
    places = [place for place, field in enumerate(catalogue.fields) if field.passage is None]
    owners = catalogue.topic_of_article[catalogue.article_of_field[places]]
    return train(centred[places], owners, len(catalogue.slugs)) if worth_training(owners) else None


def _calibration(index: Index, centred: Vectors, memory: Memory) -> Calibration:
    catalogue = index.catalogue
    questions = [
        Known(
            Asked(field.text, centred[place]),
            catalogue.articles[field.article].language,
            int(catalogue.topic_of_article[field.article]),
            place,
        )
        for place, field in enumerate(catalogue.fields)
        if field.kind == "question"  # a title says what its passages say, and is found too easily
    ]
    strangers = []
    for language, texts in sample_questions().items():
        vectors = unit(memory.vectors(("query", text) for text in texts) - index.means.get("query", language))
        strangers += [
            Known(Asked(text, vector), language, None) for text, vector in zip(texts, vectors, strict=True)
        ]
    return calibrate(index.ranker, questions, strangers, len(catalogue.slugs))


def _refusals(catalogue: Catalogue, memory: Memory, means: Means) -> Refusals:
    pairs = [
        (place, text) for place, article in enumerate(catalogue.articles) for text in article.not_questions
    ]
    topics = np.array([catalogue.topic_of_article[place] for place, _ in pairs], np.int64)
    raw = memory.vectors(("query", text) for _, text in pairs)
    centres = np.array(
        [means.get("query", catalogue.articles[place].language) for place, _ in pairs], np.float32
    )
    return Refusals(topics, unit(raw - centres) if pairs else np.zeros((0, 1), np.float32))


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
