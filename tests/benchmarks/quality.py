"""How well it answers, beside other ways with the same model, in one run: python tests/benchmarks/quality.py

Compared are Askdesk as it is, the plain recipe (sentence-transformers, FAISS, a limit on the cosine), BM25,
and txtai and Haystack as far as they are installed: pip install '.[benchmarks]'. Asked are the golden
questions of the example articles and, with `--sets DIR`, sets made by others (see questionset.py). Nobody is
told the language of a question but BM25, for its stemmer.

    top1, recall@5   right article first, or among the first five, of the questions that an article answers
    auroc            how well the confidence tells right first articles from all others
    ece              expected calibration error; the peers' scores are read as probabilities, cut to 0 and 1
    cov 5%           largest share of questions answered, surest first, with one in twenty of them wrong
    answered, wrong  share answered under the system's own limit, and share of these that is wrong
    p50 ms           a question; of the peers' encoding the best of three, on 30 questions of each set
"""

import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from subprocess import check_output

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.editions import find  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.evaluate import DEPTH, Expected  # noqa: E402
from index.export import prepare  # noqa: E402
from index.index import Index  # noqa: E402
from index.model import DEFAULT  # noqa: E402
from index.progress import silent  # noqa: E402
from tests.benchmarks import ablation, table  # noqa: E402
from tests.benchmarks.peers import Ranked, Sentences, System, installed, peers  # noqa: E402
from tests.benchmarks.questionset import EXAMPLE, QuestionSet, add_options, built, chosen, say  # noqa: E402
from tests.benchmarks.scoring import Figures, Row, by_system, figures, grouped, mean_over_runs  # noqa: E402

PACKAGES = {"txtai": "txtai", "haystack": "haystack-ai"}
HEADS = ("top1", "recall@5", "auroc", "ece", "cov 5 %", "answered", "wrong", "p50 ms")
LANGUAGES = ("en", "da", "pl", "ar", "zh")
OTHERS = "others"
MARKS = {
    "peers": "<!-- peers: written by tests/benchmarks/quality.py --readme -->",
    "ablation": "<!-- ablation: written by tests/benchmarks/quality.py --ablation --readme -->",
}


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md")
    parser.add_argument("--ablation", action="store_true", help="Askdesk without each of its parts instead")
    options = parser.parse_args(arguments)
    if options.ablation:
        rows = over_sets(options, lambda one, settings: ablation.rows(one, built(settings), settings))
        tables, mark = without(rows), "ablation"
    else:
        sentences = loaded(options.work)
        rows = over_sets(options, lambda one, settings: measured(one, settings, sentences))
        tables, mark = report(rows), "peers"
    print("\n\n".join([measured_on(rows), *map(table.plain, tables)]))
    if options.readme:
        write(ROOT / "README.md", mark, "\n\n".join([measured_on(rows), *map(table.markdown, tables)]))


def over_sets(options: Namespace, measure: Callable[[QuestionSet, Settings], list[Row]]) -> list[Row]:
    rows: list[Row] = []
    with chosen(options) as sets:
        for one, settings in sets:
            say(f"{one.name}: {len(one.questions)} questions")
            own = measure(one, settings)
            say(f"\n{table.plain(lines(one.name, by_system(own)))}\n")
            rows += own
    return rows


def loaded(work: Path | None) -> Sentences:
    """The model that the peers share, and a word on those that are not here."""
    for package, name in PACKAGES.items():
        if not installed(package):
            say(f"{name} is not installed, so it is left out: pip install '.[benchmarks]'")
    folder = prepare(DEFAULT, silent).folder / "sentence-transformers"
    return Sentences(folder, work / "peers.npz" if work else None)


def measured(questions: QuestionSet, settings: Settings, sentences: Sentences) -> list[Row]:
    """Every system asked every question of a set."""
    index = built(settings)
    sentences.learn([expected.question for expected in questions.questions])
    rows = asked(Askdesk(index, settings), questions)
    for make in peers(index.catalogue, sentences):
        system = make()
        say(f"{questions.name}: {system.name}")
        rows += asked(system, questions)
    return rows


class Askdesk:
    """The index as it is served."""

    name = "Askdesk"
    encoding = 0.0

    def __init__(self, index: Index, settings: Settings) -> None:
        index.warm()
        self._index, self._settings = index, settings
        self.threshold: float | None = index.thresholds(settings.wrong_answers).answer

    def ask(self, expected: Expected) -> Ranked:
        found = find(self._index, self._settings, expected.question, k=DEPTH)
        return Ranked(tuple(hit.passage.article.slug for hit in found.hits), found.confidence)


def asked(system: System, questions: QuestionSet) -> list[Row]:
    return [_row(system, questions.name, expected) for expected in questions.questions]


def _row(system: System, run: str, expected: Expected) -> Row:
    started = time.perf_counter()
    found = system.ask(expected)
    milliseconds = system.encoding + (time.perf_counter() - started) * 1000
    ranks = (rank for rank, slug in enumerate(found.slugs, start=1) if slug in expected.expect)
    sure = bool(found.slugs) and (system.threshold is None or found.confidence >= system.threshold)
    return Row(
        system=system.name,
        run=run,
        language=expected.language or "",
        inside=bool(expected.expect),
        rank=next(ranks, None),
        confidence=found.confidence,
        answered=sure,
        milliseconds=milliseconds,
    )


def report(rows: Sequence[Row]) -> list[list[table.Line]]:
    """The tables: the example, the mean of all other sets, and two figures by language."""
    example = [row for row in rows if row.run == EXAMPLE]
    others = [row for row in rows if row.run != EXAMPLE]
    tables = [lines(EXAMPLE, by_system(example))] if example else []
    if others:
        count = len(grouped(others, lambda row: row.run))
        tables.append(lines(f"mean of {count} sets made by others", mean_over_runs(others)))
    return [*tables, languages(rows, "top1"), languages(rows, "ece")]


def lines(title: str, found: Mapping[str, Figures]) -> list[table.Line]:
    """One line of figures for each system."""
    return [(title, *HEADS), *((name, *_cells(own)) for name, own in found.items())]


def without(rows: Sequence[Row]) -> list[list[table.Line]]:
    """What is lost without each part: the example, and the mean of all other sets."""
    example = [row for row in rows if row.run == EXAMPLE]
    others = [row for row in rows if row.run != EXAMPLE]
    tables = [_lost(EXAMPLE, by_system(example))] if example else []
    if others:
        count = len(grouped(others, lambda row: row.run))
        tables.append(_lost(f"mean of {count} sets made by others", mean_over_runs(others)))
    return tables


def _lost(title: str, found: Mapping[str, Figures]) -> list[table.Line]:
    whole = found[ablation.WHOLE]
    heads = (title, "top1", "lost", "recall@5", "auroc", "ece", "cov 5 %")
    return [heads, *((_called(name), *_loss(own, whole)) for name, own in found.items())]


def _called(name: str) -> str:
    return name if name == ablation.WHOLE else f"without {name}"


def _loss(own: Figures, whole: Figures) -> Iterable[str]:
    points = 100 * ((whole.top1 or 0) - (own.top1 or 0))
    shares = (own.recall, own.auroc, own.ece, own.coverage)
    return (table.share(own.top1, 3), f"{points:+.1f}", *(table.share(value, 3) for value in shares))


def languages(rows: Iterable[Row], figure: str) -> list[table.Line]:
    """One figure of each system by the language of the question."""
    systems = grouped(rows, lambda row: row.system)
    return [
        (f"{figure} by language", *LANGUAGES, OTHERS),
        *((name, *_by_language(own, figure)) for name, own in systems.items()),
    ]


def _by_language(rows: Sequence[Row], figure: str) -> Iterable[str]:
    parts = grouped(rows, lambda row: row.language if row.language in LANGUAGES else OTHERS)
    for language in (*LANGUAGES, OTHERS):
        yield table.share(getattr(figures(parts[language]), figure)) if language in parts else "-"


def _cells(own: Figures) -> Iterable[str]:
    shares = (own.top1, own.recall, own.auroc, own.ece, own.coverage, own.answered, own.wrong)
    return (*map(table.share, shares), table.share(own.milliseconds, digits=1))


def measured_on(rows: Sequence[Row]) -> str:
    """When, with which code and on what."""
    commit = check_output(["git", "describe", "--always", "--dirty"], cwd=ROOT, text=True).strip()
    sets = len({row.run for row in rows})
    questions = sum(row.system == rows[0].system for row in rows)
    day = f"{date.today():%-d %B %Y}"
    of_what = f"{questions} questions to {sets} set{'s' * (sets > 1)} of articles"
    return f"Measured on {day} at commit {commit}: {of_what}."


def write(path: Path, mark: str, tables: str) -> None:
    """Put the tables between their two marks."""
    begin, end = (MARKS[mark], f"<!-- end of {mark} -->")
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise SystemExit(f"{path}: expected the marks {begin} and {end}")
    path.write_text(f"{before}{begin}\n{tables}\n{end}{after}", encoding="utf-8")
    say(f"{path}: the tables are new")


if __name__ == "__main__":
    main(sys.argv[1:])
