"""The index as the settings ask for it: built, opened, searched, measured."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from filelock import Timeout

from bot.answer.language import language_of
from index.generation import Generations
from index.history import History
from kb.language import detect
from kb.problem import Problem

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

log = logging.getLogger(__name__)

GOLDEN = "golden.jsonl"
"""In the articles folder: questions whose answers are known, asked at every build."""


def generations(settings: "Settings") -> Generations:
    return Generations(settings.data / "index")


def build_index(settings: "Settings", report: "Report", *, shrink: bool = False) -> "Built":
    """Read the articles, build, measure with the golden questions, publish."""
    from index.build import build
    from index.encoder import OnnxEncoder
    from index.evaluate import read_questions
    from index.export import prepare
    from kb.library import read

    library = read(settings.articles)
    golden = settings.articles / GOLDEN
    known = read_questions(golden) if golden.exists() else []
    served = frozenset(article.slug for article in library.articles)
    library = replace(library, problems=(*library.problems, *_misnamed(known, served)))
    model = prepare(settings.model, report, allow_download=settings.allow_download)
    built = build(
        library,
        generations(settings),
        OnnxEncoder(model),
        (model.name, model.revision),
        report=report,
        judged=[*_judged(known, served, settings), *_rated(settings)],
        evaluation=lambda index: evaluate_index(index, settings, known) if known else None,
        shrink=shrink,
        samples=model.folder / "samples.npz",
    )
    _write_down_changes(settings)
    return built


def _write_down_changes(settings: "Settings") -> None:
    """What fails here is made good by whoever follows next: the index is published already."""
    try:
        History(generations(settings)).follow()
    except (OSError, Timeout) as error:
        log.warning("the index is published, but what changed in the articles is not written down: %s", error)


def _misnamed(known: "Sequence[Expected]", served: frozenset[str]) -> "Iterator[Problem]":
    """Golden questions to articles that are gone, which would be missed at every build from now on."""
    for expected in known:
        if gone := [slug for slug in expected.expect if slug not in served]:
            fault = f'"{expected.question}" expects {", ".join(gone)}, which is no article served'
            yield Problem(GOLDEN, f"{fault}: name the one that answers it now, or remove the line")


def _judged(
    known: "Sequence[Expected]", served: frozenset[str], settings: "Settings"
) -> "Iterator[JudgedQuestion]":
    """What golden questions teach; that only a gone article answers one does not say that none may."""
    from index.judged import JudgedQuestion

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


def evaluate_index(index: "Index", settings: "Settings", known: "Sequence[Expected]") -> "dict[str, Any]":
    """Ask questions whose answers are known, under the thresholds in force."""
    from index.evaluate import DEPTH, evaluate

    index.warm()
    return evaluate(
        known,
        lambda expected: find(index, settings, expected.question, expected.language, k=DEPTH),
        index.thresholds(settings.wrong_answers),
        settings.wrong_answers,
    )
