"""What slips of the keyboard cost: python tests/benchmarks/noise.py [--sets DIR] [--examples]

Each question is asked clean and with one slip of each kind; what is told is the loss of first hits, in
points, over the questions that the slip changes. The language is detected each time, as for a customer.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.editions import find  # noqa: E402
from bot.settings import Settings  # noqa: E402
from index.evaluate import Expected  # noqa: E402
from index.index import Index  # noqa: E402
from tests.benchmarks.questionset import QuestionSet, add_options, built, chosen, say  # noqa: E402
from tests.benchmarks.slip import SLIPS  # noqa: E402

BEARABLE = 3.0  # points lost
OTHERS = "others"
LANGUAGES = ("en", "da", "pl", "ar", "zh", OTHERS)
MOST_EXAMPLES = 12  # of each kind


@dataclass(frozen=True, slots=True)
class Trial:
    """One question, clean and with a slip, and whether the first hit was right."""

    kind: str
    language: str
    clean: str
    slipped: str
    right_clean: bool
    right_slipped: bool


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--examples", action="store_true", help="show questions that a slip lost")
    options = parser.parse_args(arguments)
    trials: list[Trial] = []
    with chosen(options) as sets:
        for one, settings in sets:
            own = measured(one, settings, built(settings))
            say(f"{one.name}: {len(own)} slips, {loss(own):+.1f} points lost")
            trials += own
    print(table(trials))
    if options.examples:
        print(examples(trials))


def measured(questions: QuestionSet, settings: Settings, index: Index) -> list[Trial]:
    index.warm()
    return [trial for expected in questions.inside for trial in slipped(expected, index, settings)]


def slipped(expected: Expected, index: Index, settings: Settings) -> list[Trial]:
    """The question with every slip that changes it."""

    def right(text: str) -> bool:
        hits = find(index, settings, text, k=1).hits
        return bool(hits) and hits[0].passage.article.slug in expected.expect

    clean, language = expected.question, expected.language or ""
    right_clean = right(clean)
    texts = {kind: slip(clean, language) for kind, slip in SLIPS.items()}
    return [
        Trial(kind, language, clean, text, right_clean, right(text))
        for kind, text in texts.items()
        if text != clean
    ]


def loss(trials: Sequence[Trial]) -> float:
    """Points of first hits that the slips cost."""
    lost = sum(trial.right_clean - trial.right_slipped for trial in trials)
    return 100 * lost / max(len(trials), 1)


def table(trials: Sequence[Trial]) -> str:
    """Points lost, and in brackets of how many questions; ! where more than is bearable."""
    lines = ["".join([f"{'':<20}", *(f"{head:>15}" for head in ("all", *LANGUAGES))])]
    for kind in SLIPS:
        own = [trial for trial in trials if trial.kind == kind]
        cells = [_cell(own), *(_cell(_in(own, language)) for language in LANGUAGES)]
        lines.append("".join([f"{kind:<20}", *(f"{cell:>15}" for cell in cells)]))
    return "\n".join(lines)


def examples(trials: Iterable[Trial]) -> str:
    """Questions that were answered right until the slip."""
    shown: dict[str, list[str]] = {kind: [] for kind in SLIPS}
    for trial in trials:
        if trial.right_clean and not trial.right_slipped and len(shown[trial.kind]) < MOST_EXAMPLES:
            shown[trial.kind].append(f"  {trial.language}  {trial.clean}  →  {trial.slipped}")
    return "\n".join(line for kind, lines in shown.items() for line in ["", kind, *lines] if lines)


def _in(trials: Iterable[Trial], language: str) -> list[Trial]:
    if language == OTHERS:
        return [trial for trial in trials if trial.language not in LANGUAGES]
    return [trial for trial in trials if trial.language == language]


def _cell(trials: Sequence[Trial]) -> str:
    if not trials:
        return "-"
    points = loss(trials)
    return f"{points:+.1f}{'!' if points > BEARABLE else ' '} ({len(trials)})"


if __name__ == "__main__":
    main(sys.argv[1:])
