"""The index as the settings ask for it: built, opened, searched, measured."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from filelock import Timeout

from bot.answer.language import language_of
from index.generation import GenerationError, Generations
from index.history import History
from kb.language import detect

if TYPE_CHECKING:
    from typing import Any

    from bot.settings import Settings
    from index.build import Built
    from index.evaluate import Expected
    from index.explain import Explanation
    from index.hit import Found
    from index.index import Index
    from index.judged import JudgedQuestion
    from index.progress import Report
    from kb.article import Audience
    from kb.library import Library

log = logging.getLogger(__name__)


def generations(settings: "Settings") -> Generations:
    return Generations(settings.data / "index")


def build_index(settings: "Settings", report: "Report", *, shrink: bool = False) -> "Built":
    """Read the articles, build, measure with the golden questions, publish.

    Golden questions that found their article in the index before and do not in this one are told as problems.
    """
    from bot import golden
    from index.build import build
    from index.encoder import OnnxEncoder
    from index.export import prepare
    from kb.library import read

    library = read(settings.articles)
    asked = golden.read(settings.articles, library.articles)
    library = replace(library, problems=(*library.problems, *asked.problems))
    before = golden.found_before(_evaluation(settings))
    found: set[golden.Key] = set()

    def measure(index: "Index") -> "dict[str, Any] | None":
        if not asked.known:
            return None
        figures = evaluate_index(index, settings, asked.known, lambda one: found.add(golden.key(one)))
        return {**figures, golden.FOUND: sorted(found)}

    model = prepare(settings.model, report, allow_download=settings.allow_download)
    built = build(
        library,
        generations(settings),
        OnnxEncoder(model),
        (model.name, model.revision),
        report=report,
        judged=[*_judged(asked.known, library, settings), *_rated(settings)],
        evaluation=measure,
        shrink=shrink,
        samples=model.folder / "samples.npz",
    )
    _write_down_changes(settings)
    return replace(built, problems=(*built.problems, *asked.lost(before, found)))


def _evaluation(settings: "Settings") -> "Mapping[str, Any] | None":
    """What was measured of the index in force; None where there is none that can be read."""
    kept = generations(settings)
    current = kept.current()
    try:
        return kept.manifest(current).evaluation if current else None
    except GenerationError:
        return None


def _write_down_changes(settings: "Settings") -> None:
    """What fails here is made good by whoever follows next: the index is published already."""
    try:
        History(generations(settings)).follow()
    except (OSError, Timeout) as error:
        log.warning("the index is published, but what changed in the articles is not written down: %s", error)


def _judged(
    known: "Sequence[Expected]", library: "Library", settings: "Settings"
) -> "Iterator[JudgedQuestion]":
    """What golden questions teach; that only a gone article answers one does not say that none may."""
    from index.judged import JudgedQuestion

    served = {article.slug for article in library.articles}
    for expected in known:
        if expected.expect and served.isdisjoint(expected.expect):
            continue
        language = expected.language or detect(expected.question, settings.languages).code
        yield JudgedQuestion(expected.question, language, frozenset(expected.expect))


def _rated(settings: "Settings") -> "list[JudgedQuestion]":
    """What customers said of answers; nothing where there is no database yet, or none that can be read."""
    from bot.database.engine import FILE_NAME, StateError, open_engine
    from bot.state.rating import ratings
    from index.judged import JudgedQuestion

    if not settings.database_url and not (settings.data / FILE_NAME).exists():
        return []
    try:
        engine = open_engine(settings.database_url, settings.data)
        rated = ratings(engine)
        engine.dispose()
    except StateError as error:
        log.warning("the build does without what customers said of answers: %s", error)
        return []
    return [
        JudgedQuestion(
            rating.question,
            rating.language,
            frozenset({rating.article} if rating.helpful else ()),
            turned_down=frozenset(() if rating.helpful else {rating.article}),
        )
        for rating in rated
    ]


def open_index(settings: "Settings", warn: Callable[[str], None]) -> "Index":
    """The index in force; `warn` hears why it is not the current one, if it is not."""
    from index.open import open_current

    opened = open_current(generations(settings), settings.model)
    if opened.warning:
        warn(opened.warning)
    return opened.index


def find(
    index: "Index",
    settings: "Settings",
    question: str,
    language: str | None = None,
    *,
    audience: "Audience" = "public",
    k: int = 5,
) -> "Found":
    """Search in the language given, or in the one detected."""
    asked_in = language_of(question, index, settings.languages, said=language)
    return index.search(question, asked_in, audience=audience, k=k)


def find_why(
    index: "Index",
    settings: "Settings",
    question: str,
    language: str | None = None,
    *,
    audience: "Audience" = "public",
    k: int = 5,
) -> "tuple[Found, tuple[Explanation, ...]]":
    """The same with an explanation of each hit."""
    asked_in = language_of(question, index, settings.languages, said=language)
    return index.explained(question, asked_in, audience=audience, k=k)


def evaluate_index(
    index: "Index",
    settings: "Settings",
    known: "Sequence[Expected]",
    right: "Callable[[Expected], None]" = lambda expected: None,
) -> "dict[str, Any]":
    """Ask questions whose answers are known, under the thresholds in force.

    `right` hears each question whose right article comes first.
    """
    from index.evaluate import DEPTH, evaluate

    def ask(expected: "Expected") -> "Found":
        found = find(index, settings, expected.question, expected.language, k=DEPTH)
        if found.hits and found.hits[0].passage.article.slug in expected.expect:
            right(expected)
        return found

    index.warm()
    return evaluate(
        known,
        ask,
        index.thresholds(settings.wrong_answers),
        settings.wrong_answers,
    )
